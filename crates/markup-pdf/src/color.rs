//! Colours as people write them, and how well one can be distinguished from the paper behind it.

use std::fmt;

/// Red, green and blue, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// What headings, links, rules and charts have unless the caller chooses a colour.
    pub const ACCENT: Self = Self(0x14, 0x36, 0x5c);
    /// The colour that `#rgb` or `#rrggbb` names, if `text` is one of these.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .strip_prefix('#')?
            .chars()
            .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
            .collect::<Option<_>>()?;
        match digits[..] {
            [r, g, b] => Some(Self(r * 17, g * 17, b * 17)),
            [r, r2, g, g2, b, b2] => Some(Self(r * 16 + r2, g * 16 + g2, b * 16 + b2)),
            _ => None,
        }
    }

    /// How far two colours are apart, from 1 to 21: the contrast ratio of WCAG 2.2, cut to
    /// hundredths, so that what is printed never looks better than it is.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        let ratio = (one.max(other) + 0.05) / (one.min(other) + 0.05);
        (ratio * 100.0).floor() / 100.0
    }

    /// The colour of the same hue and saturation, nearest in lightness, whose contrast with `paper`
    /// is at least `least`: a darker one on light paper, a lighter one on dark paper. Black or
    /// white where no other will do.
    #[must_use]
    pub fn readable_on(self, paper: Self, least: f64) -> Self {
        let (from, darker) = (self.lightness(), paper.luminance() > 0.18);
        let steps: Vec<u16> =
            if darker { (0..=from).rev().collect() } else { (from..=510).collect() };
        let fits = |it: &Self| it.contrast(paper) >= least;
        let end = if darker { Self(0, 0, 0) } else { Self(255, 255, 255) };
        steps.into_iter().map(|it| self.at(it)).find(fits).unwrap_or(end)
    }

    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |it: u8| match f64::from(it) / 255.0 {
            it if it <= 0.04045 => it / 12.92,
            it => ((it + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Its smallest and largest part together: twice the lightness that HSL knows.
    fn lightness(self) -> u16 {
        let Self(r, g, b) = self;
        u16::from(r.min(g).min(b)) + u16::from(r.max(g).max(b))
    }

    /// The same hue and saturation at another lightness. Up to the middle the parts grow alike;
    /// from there on, what they lack to white shrinks alike.
    fn at(self, lightness: u16) -> Self {
        let (from, to) = (u32::from(self.lightness()), u32::from(lightness));
        let middle = |it: u8| match from {
            0 | 510 => 127,
            1..=255 => u32::from(it) * 255 / from,
            _ => 255 - (255 - u32::from(it)) * 255 / (510 - from),
        };
        let part = |it: u8| match (from == to, to) {
            (true, _) => it,
            (_, 0..=255) => byte(middle(it) * to / 255),
            _ => byte(255 - (255 - middle(it)) * (510 - to) / 255),
        };
        Self(part(self.0), part(self.1), part(self.2))
    }
}

fn byte(it: u32) -> u8 {
    u8::try_from(it).unwrap_or(u8::MAX)
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(r, g, b) = self;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    /// Light and dark paper.
    const PAPERS: [Color; 2] = [Color(0xfd, 0xfc, 0xfa), Color(0x14, 0x18, 0x1d)];

    fn color(text: &str) -> Color {
        Color::parse(text).unwrap_or_else(|| panic!("{text} is a colour"))
    }

    #[test]
    fn colours_are_read_in_two_ways_and_written_in_one() {
        let read = ["#fff", "#1aF", "#14365C", "#000000"].map(|it| color(it).to_string());
        assert_eq!(read, ["#ffffff", "#11aaff", "#14365c", "#000000"]);
        for it in ["", "#", "14365c", "#14365", "#14365cff", "#ggg", "navy", "#١٢٣", "# 14365"] {
            assert_eq!(Color::parse(it), None, "{it:?}");
        }
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        let of = |one: &str, other: &str| color(one).contrast(color(other));
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(of("#000", "#fff"), 21.0) && close(of("#fff", "#000"), 21.0));
        assert!(close(of("#123456", "#123456"), 1.0));
        // The greys on either side of the line on white.
        assert!(close(of("#777", "#fff"), 4.47) && close(of("#767676", "#fff"), 4.54));
    }

    #[test]
    fn a_colour_is_lightened_until_it_can_be_read_on_dark_paper() {
        let light = |it: &str| {
            let res = color(it).readable_on(PAPERS[1], 7.0);
            assert!(res.contrast(PAPERS[1]) >= 7.0, "{it}");
            assert_eq!(res.readable_on(PAPERS[1], 7.0), res, "it is so already");
            format!("{it} {res} {:.2}", res.contrast(PAPERS[1]))
        };
        let drawn = ["#14365c", "#000", "#777", "#8b1a1a", "#0b5d3b", "#00f", "#5b2a86", "#fff"];
        insta::assert_snapshot!(drawn.map(light).join("\n"), @"
        #14365c #73a6e1 7.02
        #000 #a3a3a3 7.06
        #777 #a3a3a3 7.06
        #8b1a1a #e98787 7.02
        #0b5d3b #15ba76 7.05
        #00f #9898ff 7.01
        #5b2a86 #ba93de 7.05
        #fff #ffffff 17.82
        ");
    }

    #[test]
    fn a_colour_is_darkened_until_it_can_be_read_on_light_paper() {
        let dark = |it: &str| {
            let res = color(it).readable_on(PAPERS[0], 4.5);
            format!("{it} {res} {:.2}", res.contrast(PAPERS[0]))
        };
        let drawn = ["#14365c", "#fff", "#f0c000", "#ff6600", "#2bb673", "#fdfcfa"];
        insta::assert_snapshot!(drawn.map(dark).join("\n"), @"
        #14365c #14365c 11.96
        #fff #747474 4.55
        #f0c000 #8e7100 4.53
        #ff6600 #c74f00 4.50
        #2bb673 #1f8554 4.50
        #fdfcfa #8d7038 4.54
        ");
    }
}
