//! Fills of parts, which differ without their colour.

use crate::display::{Item, Rect};
use crate::markup::charts::Fill;
use crate::theme::{GREY_FILL, INK, TINT_FILL};

/// Width of an outline.
const STROKE: f32 = 0.5;
/// Room between slanted lines, along an edge.
const STEP: f32 = 3.0;

/// Fills an area, and outlines it.
pub(super) fn draw(fill: Fill, area: Rect, items: &mut Vec<Item>) {
    match fill {
        Fill::Solid => items.push(Item::Fill(area, INK)),
        Fill::Tinted => items.push(Item::Fill(area, TINT_FILL)),
        Fill::Grey => items.push(Item::Fill(area, GREY_FILL)),
        Fill::Hatched => items.extend(slanted(area)),
        Fill::Empty => {}
    }
    items.push(Item::Frame(area, INK, STROKE));
}

/// Lines that rise to the right, cut off at the edges of the area.
fn slanted(area: Rect) -> impl Iterator<Item = Item> {
    let Rect { x: left, y: top, width, height } = area;
    let (right, bottom) = (left + width, top + height);
    // A line is where x + y is the same; the first runs just inside the upper left corner.
    let first = left + top + STEP / 2.0;
    let sums = std::iter::successors(Some(first), |it| Some(it + STEP));
    sums.take_while(move |it| *it < right + bottom).map(move |sum| {
        let (from, to) = ((sum - bottom).max(left), (sum - top).min(right));
        Item::Line { points: vec![(from, sum - from), (to, sum - to)], color: INK, width: 0.7 }
    })
}

#[cfg(test)]
mod tests {
    use super::slanted;
    use crate::display::{Item, Rect};

    #[test]
    fn slanted_lines_stay_within_their_area() {
        for width in [0.3, 1.0, 8.0, 40.0] {
            let area = Rect { x: 10.0, y: 20.0, width, height: 8.0 };
            for item in slanted(area) {
                let Item::Line { points, .. } = item else { panic!("{item:?}") };
                for (x, y) in points {
                    assert!((10.0..=10.001 + width).contains(&x), "{x}");
                    assert!((19.999..=28.001).contains(&y), "{y}");
                }
            }
        }
    }
}
