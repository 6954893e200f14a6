//! How documents look: what their templates say about colours, classification and logo.

use serde::Serialize;

use crate::color::Color;

/// How documents look.
#[derive(Debug, Serialize)]
pub struct Branding {
    /// Headings, links, rules and charts on light paper, `#14365c`.
    pub accent: Color,
    /// The same on dark paper.
    pub accent_dark: Color,
    /// Stands on every page, `Confidential`.
    pub classification: String,
    /// The organization's logo, a PNG, as an address that begins with `data:`.
    pub logo: Option<String>,
}
