//! Pictures into the file: their colours, and how much of the paper they let through.

use super::file::PdfFile;
use crate::image::Pixels;
use lopdf::{Dictionary, Object, Stream};

/// Writes pictures, and returns the names by which pages draw them.
pub(super) fn write(file: &mut PdfFile, images: &[Pixels]) -> Dictionary {
    let mut res = Dictionary::new();
    for (at, image) in images.iter().enumerate() {
        let mut object = stream(image, &image.colors, 3);
        if let Some(alpha) = &image.alpha {
            let number = file.reserve();
            file.object(number, &Object::Stream(stream(image, alpha, 1)));
            object.dict.set("SMask", Object::Reference((number, 0)));
        }
        let number = file.reserve();
        file.object(number, &Object::Stream(object));
        res.set(format!("I{at}"), Object::Reference((number, 0)));
    }
    res
}

/// The samples of a picture, so many for each pixel. Rows are written as what differs from the row
/// above, which deflates far better: drawn logos repeat themselves.
fn stream(image: &Pixels, samples: &[u8], n_samples: usize) -> Stream {
    let (width, height) = (i64::from(image.width), i64::from(image.height));
    let n_samples_here = i64::try_from(n_samples).expect("three at most");
    let size = image.width as usize * n_samples;
    let mut above = vec![0; size];
    let mut content = Vec::with_capacity(samples.len() + image.height as usize);
    for row in samples.chunks_exact(size) {
        content.push(UP);
        content.extend(row.iter().zip(&above).map(|(it, above)| it.wrapping_sub(*above)));
        above.copy_from_slice(row);
    }
    let name = |it: &str| Object::Name(it.into());
    let space = if n_samples == 1 { "DeviceGray" } else { "DeviceRGB" };
    let predictor = [("Predictor", ANY), ("Colors", n_samples_here), ("Columns", width)];
    let predictor = predictor.map(|(key, value)| (key, Object::Integer(value)));
    let entries = [
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", Object::Integer(width)),
        ("Height", Object::Integer(height)),
        ("ColorSpace", name(space)),
        ("BitsPerComponent", Object::Integer(8)),
        ("DecodeParms", Object::Dictionary(Dictionary::from_iter(predictor))),
    ];
    Stream::new(Dictionary::from_iter(entries), content)
}

/// PNG's sign for a row that is written as its difference from the one above.
const UP: u8 = 2;

/// PDF's word for rows that say by PNG's signs how they are written.
const ANY: i64 = 15;
