//! Covers and logos of the markup.

use super::tone::read_tone;
use super::{Parser, bad};
use crate::Error;
use crate::image::Pixels;
use crate::markup::{Cover, Logo};
use crate::xml::Element;

impl Parser<'_> {
    pub(super) fn read_cover(&mut self, line: usize) -> Result<Cover, Error> {
        let mut res = Cover::default();
        while let Some((name, element)) = self.child("cover")? {
            match name {
                "fact" => res.facts.push(self.read_fact(&element)?),
                "logo" => res.logo = Some(self.read_logo(&element)?),
                "stamp" => {
                    let tone = read_tone(&mut element.attributes(name, &["tone"])?)?;
                    res.stamps.push((tone, self.read_text(name)?));
                }
                "title" | "subtitle" => {
                    element.attributes(name, &[])?;
                    let text = self.read_text(name)?;
                    *(if name == "title" { &mut res.title } else { &mut res.subtitle }) = text;
                }
                _ => return Err(Error::Misplaced { line: element.line, name, parent: "cover" }),
            }
        }
        if res.title.is_empty() {
            return Err(Error::Missing { line, name: "title", element: "cover" });
        }
        Ok(res)
    }

    pub(super) fn read_logo(&mut self, element: &Element) -> Result<Logo, Error> {
        let mut attributes = element.attributes("logo", &["src", "alt"])?;
        let src = attributes.require("src")?;
        let alt = attributes.take("alt").unwrap_or_default();
        let pixels = Pixels::at(&src).map_err(|_| {
            let begin: String = src.chars().take(40).collect();
            bad(element.line, "src", &begin, "a PNG as `data:image/png;base64,…`")
        })?;
        self.read_nothing("logo")?;
        Ok(Logo { pixels, alt })
    }
}
