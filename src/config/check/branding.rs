//! How documents look: colours that can be read, a classification that fits, and a logo.

use std::path::Path;

use markup_pdf::color::Color;

use super::file;
use crate::config::BrandingSettings;
use crate::config::raw::TomlSection;

/// The contrast that WCAG 2.2 asks of text at level AA.
const LEAST: f64 = 4.5;

/// The contrast that we give to an accent on dark paper where the configuration chooses none.
const DERIVED: f64 = 7.0;

/// Characters of a classification that fit into one line of every page.
const LONGEST: usize = 60;

/// Reads `[branding]`.
pub(super) fn branding(root: &mut TomlSection<'_>, dir: &Path) -> BrandingSettings {
    let mut section = root.section("branding");
    let logo = file(&mut section, "logo", dir);
    let accent =
        color(&mut section, "accent", BrandingSettings::PAPER).unwrap_or(BrandingSettings::ACCENT);
    let accent_dark = color(&mut section, "accent-dark", BrandingSettings::PAPER_DARK);
    let accent_dark = accent_dark.unwrap_or_else(|| match accent {
        BrandingSettings::ACCENT => BrandingSettings::ACCENT_DARK,
        own => own.readable_on(BrandingSettings::PAPER_DARK, DERIVED),
    });
    let classification = classification(&mut section);
    section.finish();
    BrandingSettings { logo, accent, accent_dark, classification }
}

/// A colour that can be read on `paper`.
fn color<'a>(section: &mut TomlSection<'a>, key: &'a str, paper: Color) -> Option<Color> {
    let text = section.text(key)?;
    let Some(res) = Color::parse(&text) else {
        let help = "write `#rgb` or `#rrggbb`".to_owned();
        section.refuse(key, format!("`{text}` is not a colour"), Some(help));
        return None;
    };
    let contrast = res.contrast(paper);
    if contrast < LEAST {
        let what = format!(
            "`{text}` can hardly be read on the paper `{paper}`: its contrast is {contrast:.2}:1, \
             and WCAG 2.2 asks for {LEAST}:1"
        );
        let near = res.readable_on(paper, LEAST);
        section.refuse(key, what, Some(format!("`{near}`, of the same hue, would do")));
    }
    Some(res)
}

fn classification(section: &mut TomlSection<'_>) -> String {
    let key = "classification";
    let Some(res) = section.text(key) else { return BrandingSettings::CLASSIFICATION.to_owned() };
    let n_characters = res.chars().count();
    if n_characters > LONGEST {
        let help = "every page has one line for it".to_owned();
        let what = format!("has {n_characters} characters, and {LONGEST} fit");
        section.refuse(key, what, Some(help));
    }
    if res.contains(char::is_control) {
        section.refuse(key, "must not hold line breaks or other control characters", None);
    }
    res
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use crate::config::check::parse;

    fn picture(branding: &str) -> String {
        let text = format!(
            "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n\
             instance = [{{ name = \"one\", token-env = \"A\" }}]\n{branding}"
        );
        match parse(&text, Path::new("/conf"), "audit.toml", &Known::default()) {
            Ok(it) => {
                let it = it.branding;
                let (light, dark) = (it.accent, it.accent_dark);
                format!("{:?} {light} {dark} {:?}", it.logo, it.classification)
            }
            Err(it) => it.to_string(),
        }
    }

    #[test]
    fn what_is_not_said_is_as_usual_and_the_dark_accent_follows_the_light_one() {
        let pictures = [
            "",
            "[branding]",
            "[branding]\nlogo = \"brand/logo.png\"\nclassification = \"Internal use only\"",
            "[branding]\naccent = \"#14365C\"",
            "[branding]\naccent = \"#0b5d3b\"",
            "[branding]\naccent = \"#a00\"\naccent-dark = \"#ffb0a8\"",
            "[branding]\naccent-dark = \"#fff\"",
        ];
        insta::assert_snapshot!(pictures.map(picture).join("\n"), @r#"
        None #14365c #a5c4ea "Confidential"
        None #14365c #a5c4ea "Confidential"
        Some("/conf/brand/logo.png") #14365c #a5c4ea "Internal use only"
        None #14365c #a5c4ea "Confidential"
        None #0b5d3b #15ba76 "Confidential"
        None #aa0000 #ffb0a8 "Confidential"
        None #14365c #ffffff "Confidential"
        "#);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = format!(
            "[branding]\nlogo = \"~/logo.png\"\naccent = \"#f0c000\"\naccent-dark = \"#14365c\"\n\
             classification = \"{}\\u001b[31m\"\ncolour = \"#000\"\naccent_dark = \"#000\"",
            "Secret ".repeat(12)
        );
        insta::assert_snapshot!("every_problem_is_told_at_once", picture(&text));
        let text = "[branding]\nlogo = 3\naccent = \"navy\"\naccent-dark = \"#12345\"\n\
                    classification = \"\"";
        insta::assert_snapshot!("every_problem_is_told_at_once_2", picture(text));
        insta::assert_snapshot!(
            "every_problem_is_told_at_once_3",
            picture("branding = \"#14365c\"")
        );
    }
}
