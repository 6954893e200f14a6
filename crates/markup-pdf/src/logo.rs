//! Logos: how large they are, and that the same picture is in the file once.

use super::display::{Item, Rect};
use super::markup::Logo;
use super::strip::{LayoutContext, Strip};
use super::tags::ROOT;
use crate::image::Pixels;

/// The most room that a logo takes on a cover: width and height.
pub(super) const ON_COVER: (f32, f32) = (220.0, 58.0);

/// The most room that it takes between other blocks.
const IN_TEXT: (f32, f32) = (150.0, 34.0);

/// Draws a logo with its top left corner at some place, as large as the room allows, and says how
/// high it is.
pub(super) fn draw(
    context: &mut LayoutContext<'_>,
    logo: &Logo,
    (x, y): (f32, f32),
    (room, items): ((f32, f32), &mut Vec<Item>),
) -> f32 {
    let image = place(context.images, &logo.pixels);
    let (width, height) = fitting(&logo.pixels, room);
    items.push(Item::Tag(context.tree.figure(&logo.alt)));
    items.push(Item::Image(Rect { x, y, width, height }, image));
    height
}

/// A logo as a block of its own; it stays with what follows.
pub(super) fn strip(context: &mut LayoutContext<'_>, logo: &Logo) -> Strip {
    let mut res = Strip::new(ROOT, 0.0);
    res.height = draw(context, logo, (0.0, 0.0), (IN_TEXT, &mut res.items));
    res.above = 4.0;
    res.below = 4.0;
    res.keep = true;
    res
}

/// Its place among the document's pictures.
fn place(images: &mut Vec<Pixels>, pixels: &Pixels) -> usize {
    images.iter().position(|it| it == pixels).unwrap_or_else(|| {
        images.push(pixels.clone());
        images.len() - 1
    })
}

/// Width and height within some room, in the picture's own proportions; a pixel is never larger
/// than a point.
#[expect(clippy::cast_precision_loss, reason = "a logo has a few thousand pixels")]
fn fitting(pixels: &Pixels, room: (f32, f32)) -> (f32, f32) {
    let (width, height) = (pixels.width as f32, pixels.height as f32);
    let scale = (room.0 / width).min(room.1 / height).min(1.0);
    (width * scale, height * scale)
}

#[cfg(test)]
mod tests {
    use super::fitting;
    use crate::image::Pixels;

    #[test]
    fn logos_fit_and_keep_their_proportions() {
        let fit = |width, height| {
            let pixels = Pixels { width, height, colors: Vec::new(), alpha: None };
            let (width, height) = fitting(&pixels, (200.0, 50.0));
            format!("{width:.1} × {height:.1}")
        };
        let drawn = [fit(600, 160), fit(4000, 400), fit(512, 512), fit(4, 4000), fit(16, 16)];
        assert_eq!(
            drawn,
            ["187.5 × 50.0", "200.0 × 20.0", "50.0 × 50.0", "0.1 × 50.0", "16.0 × 16.0"]
        );
    }
}
