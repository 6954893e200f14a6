//! Tones of the markup.

use super::bad;
use crate::Error;
use crate::markup::Tone;
use crate::xml::Attributes;

/// The `tone` of an element, plain if not said.
pub(super) fn read_tone(attributes: &mut Attributes) -> Result<Tone, Error> {
    let Some(tone) = attributes.take("tone") else { return Ok(Tone::Plain) };
    Ok(match tone.as_str() {
        "plain" => Tone::Plain,
        "good" => Tone::Good,
        "bad" => Tone::Bad,
        "warn" => Tone::Warn,
        "info" => Tone::Info,
        "muted" => Tone::Muted,
        "critical" => Tone::Critical,
        "high" => Tone::High,
        "medium" => Tone::Medium,
        "low" => Tone::Low,
        _ => {
            let expected = "`plain`, `good`, `bad`, `warn`, `info`, `muted`, `critical`, `high`, \
                            `medium` or `low`";
            return Err(bad(attributes.line, "tone", &tone, expected));
        }
    })
}
