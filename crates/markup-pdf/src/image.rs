//! Pictures: a PNG as a `data:` address, and its pixels.

use std::io::Cursor;

use ::png::{ColorType, Decoder, DecodingError, Transformations};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The most bytes that a picture may have: 1 MiB.
pub const MOST_BYTES: u64 = 1024 * 1024;

/// The most pixels that a picture may have in a row or a column.
const MOST_PIXELS: u32 = 4000;

/// What the address of a PNG begins with.
const ADDRESS: &str = "data:image/png;base64,";

/// The pixels of a PNG, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// How many there are in a row.
    pub width: u32,
    /// How many rows there are.
    pub height: u32,
    /// Red, green and blue of each.
    pub colors: Vec<u8>,
    /// How much each hides of the paper; none where all hide it.
    pub alpha: Option<Vec<u8>>,
}

/// Why a picture cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Not an address that holds a PNG.
    #[error("it is no address that begins with `{ADDRESS}`")]
    Address,
    /// Too many bytes.
    #[error("it has more than 1 MiB")]
    Long,
    /// Too many pixels.
    #[error("it has {width} × {height} pixels")]
    Large {
        /// In a row.
        width: u32,
        /// In a column.
        height: u32,
    },
    /// Not a PNG, or a part of one.
    #[error("it is not a whole PNG")]
    Broken(#[from] DecodingError),
}

/// The address of a PNG, as `<logo>` and HTML documents carry it.
pub fn address(png: &[u8]) -> String {
    format!("{ADDRESS}{}", STANDARD.encode(png))
}

impl Pixels {
    /// The pixels of the PNG that an address holds.
    ///
    /// # Errors
    ///
    /// When it holds none, or as [`Self::of`].
    pub fn at(address: &str) -> Result<Self, Unfit> {
        let code = address.strip_prefix(ADDRESS).ok_or(Unfit::Address)?;
        Self::of(&STANDARD.decode(code).map_err(|_| Unfit::Address)?)
    }

    /// The pixels of a PNG of any kind.
    ///
    /// # Errors
    ///
    /// When it is no whole PNG, or a larger one than documents should carry.
    pub fn of(bytes: &[u8]) -> Result<Self, Unfit> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Unfit::Long);
        }
        let mut decoder = Decoder::new(Cursor::new(bytes));
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let &::png::Info { width, height, .. } = decoder.read_header_info()?;
        if width.max(height) > MOST_PIXELS {
            return Err(Unfit::Large { width, height });
        }
        let mut reader = decoder.read_info()?;
        let mut samples = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let info = reader.next_frame(&mut samples)?;
        samples.truncate(info.buffer_size());
        Ok(split(samples, info.color_type, width, height))
    }
}

/// Colours and alpha apart.
fn split(samples: Vec<u8>, kind: ColorType, width: u32, height: u32) -> Pixels {
    let grey = |it: &[u8]| [it[0]; 3];
    let color = |it: &[u8]| [it[0], it[1], it[2]];
    let last = |it: &[u8]| it[it.len() - 1];
    let of = |size: usize| samples.chunks_exact(size);
    let (colors, alpha): (Vec<u8>, Option<Vec<u8>>) = match kind {
        ColorType::Grayscale => (of(1).flat_map(grey).collect(), None),
        ColorType::GrayscaleAlpha => {
            (of(2).flat_map(grey).collect(), Some(of(2).map(last).collect()))
        }
        ColorType::Rgba => (of(4).flat_map(color).collect(), Some(of(4).map(last).collect())),
        // Palettes have been looked up.
        ColorType::Rgb | ColorType::Indexed => (samples, None),
    };
    let alpha = alpha.filter(|it| it.iter().any(|it| *it < u8::MAX));
    Pixels { width, height, colors, alpha }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ::png::{BitDepth, Encoder};

    /// A PNG of some kind, two pixels wide.
    fn png(kind: (ColorType, BitDepth), height: u32, data: &[u8]) -> Vec<u8> {
        let mut res = Vec::new();
        let mut encoder = Encoder::new(&mut res, 2, height);
        encoder.set_color(kind.0);
        encoder.set_depth(kind.1);
        if kind.0 == ColorType::Indexed {
            encoder.set_palette(&[10, 20, 30, 40, 50, 60][..]);
            encoder.set_trns(&[255, 128][..]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        res
    }

    /// A picture of two pixels.
    pub(crate) fn two_pixels() -> Vec<u8> {
        png((ColorType::Rgba, BitDepth::Eight), 1, &[1, 2, 3, 255, 4, 5, 6, 0])
    }

    #[test]
    fn every_kind_of_png_becomes_colours_and_alpha() {
        let of = |kind, depth, data: &[u8]| {
            let pixels = Pixels::of(&png((kind, depth), 1, data)).unwrap();
            format!("{kind:?} {depth:?}: {:?} {:?}", pixels.colors, pixels.alpha)
        };
        use BitDepth::{Eight, Four, One, Sixteen};
        use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
        let drawn = [
            of(Grayscale, One, &[0b0100_0000]),
            of(Grayscale, Eight, &[7, 9]),
            of(Grayscale, Sixteen, &[7, 255, 9, 255]),
            of(GrayscaleAlpha, Eight, &[7, 255, 9, 3]),
            of(Indexed, One, &[0b0100_0000]),
            of(Indexed, Four, &[0x01]),
            of(Rgb, Eight, &[1, 2, 3, 4, 5, 6]),
            of(Rgb, Sixteen, &[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]),
            of(Rgba, Eight, &[1, 2, 3, 255, 4, 5, 6, 255]),
            of(Rgba, Sixteen, &[1, 0, 2, 0, 3, 0, 255, 0, 4, 0, 5, 0, 6, 0, 9, 0]),
        ];
        insta::assert_snapshot!(drawn.join("\n"), @"
        Grayscale One: [0, 0, 0, 255, 255, 255] None
        Grayscale Eight: [7, 7, 7, 9, 9, 9] None
        Grayscale Sixteen: [7, 7, 7, 9, 9, 9] None
        GrayscaleAlpha Eight: [7, 7, 7, 9, 9, 9] Some([255, 3])
        Indexed One: [10, 20, 30, 40, 50, 60] Some([255, 128])
        Indexed Four: [10, 20, 30, 40, 50, 60] Some([255, 128])
        Rgb Eight: [1, 2, 3, 4, 5, 6] None
        Rgb Sixteen: [1, 2, 3, 4, 5, 6] None
        Rgba Eight: [1, 2, 3, 4, 5, 6] None
        Rgba Sixteen: [1, 2, 3, 4, 5, 6] Some([255, 9])
        ");
    }

    #[test]
    fn what_cannot_be_shown_is_refused_with_the_reason() {
        let whole = two_pixels();
        let mut broken = whole.clone();
        let end = broken.len();
        broken[end - 20] ^= 0xff;
        let wide = |width| {
            let mut res = Vec::new();
            Encoder::new(&mut res, width, 1).write_header().unwrap();
            res
        };
        let cases = [
            vec![],
            b"GIF89a\x01\x00\x01\x00".to_vec(),
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            whole[..whole.len() / 2].to_vec(),
            broken,
            wide(4001),
            wide(0x7fff_ffff),
            vec![0; 1024 * 1024 + 1],
        ];
        let complain = |it: &Vec<u8>| {
            let unfit = Pixels::of(it).unwrap_err();
            let because = std::error::Error::source(&unfit).map(|it| format!(": {it}"));
            format!("{unfit}{}", because.unwrap_or_default())
        };
        let lines: Vec<String> = cases.iter().map(complain).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        it is not a whole PNG: unexpected end of file
        it is not a whole PNG: Invalid PNG signature.
        it is not a whole PNG: Invalid PNG signature.
        it is not a whole PNG: unexpected end of file
        it is not a whole PNG: CRC error: expected 0x159db7bc have 0xcb98b14d while decoding ChunkType { type: IDAT, critical: true, private: false, reserved: false, safecopy: false } chunk.
        it has 4001 × 1 pixels
        it has 2147483647 × 1 pixels
        it has more than 1 MiB
        ");
    }

    #[test]
    fn an_address_holds_the_very_pixels() {
        let png = two_pixels();
        assert_eq!(Pixels::at(&address(&png)).unwrap(), Pixels::of(&png).unwrap());
        for it in ["", "logo.png", "data:image/png;base64,?", "data:image/svg+xml;base64,AAAA"] {
            assert!(matches!(Pixels::at(it), Err(Unfit::Address)), "{it:?}");
        }
    }
}
