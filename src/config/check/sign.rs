//! `[sign]`: what packs are signed with, and who says when they were there.

use std::path::Path;

use super::{address, file};
use crate::config::Signing;
use crate::config::raw::TomlSection;

/// What is to lie beside the manifest of each pack.
pub(super) fn signing(root: &mut TomlSection<'_>, dir: &Path) -> Signing {
    let there = root.has("sign");
    let mut section = root.section("sign");
    if there && !section.has("timestamp") {
        section.require("key");
    }
    let key = file(&mut section, "key", dir);
    let timestamp = section.text("timestamp");
    if let Some(Err(refusal)) = timestamp.as_deref().map(address::service) {
        let help = "write the address of a time-stamping authority, such as \
                    `https://tsa.acme.example/tsr`";
        section.refuse("timestamp", refusal.to_string(), Some(help.to_owned()));
    }
    section.finish();
    Signing { key, timestamp }
}
