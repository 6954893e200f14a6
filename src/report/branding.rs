//! How documents look: what their templates say about colours, classification and logo.

use markup_pdf::color::Color;
use serde::{Serialize, Serializer};

use crate::config::BrandingSettings;
use crate::logo::Logo;

/// How documents look.
#[derive(Debug, Serialize)]
pub struct Branding {
    /// Headings, links, rules and charts on light paper, `#14365c`.
    #[serde(serialize_with = "hex")]
    pub accent: Color,
    /// The same on dark paper.
    #[serde(serialize_with = "hex")]
    pub accent_dark: Color,
    /// Stands on every page, `Confidential`.
    pub classification: String,
    /// The organization's logo, a PNG, as an address that begins with `data:`.
    pub logo: Option<String>,
}

impl Branding {
    /// How documents look, by the configuration.
    pub fn of(settings: &BrandingSettings, logo: Option<&Logo>) -> Self {
        Self {
            accent: settings.accent,
            accent_dark: settings.accent_dark,
            classification: settings.classification.clone(),
            logo: logo.map(Logo::address),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn hex<S: Serializer>(color: &Color, sink: S) -> Result<S::Ok, S::Error> {
    sink.collect_str(color)
}
