//! `[lake]`: the folder that takes the tables of every pack together.

use std::path::{Path, PathBuf};

use super::file;
use crate::config::Output;
use crate::config::raw::TomlSection;

/// The format that a lake takes.
const TYPED_TABLES: &str = "parquet";

/// The lake, which takes the typed tables that each pack must then have.
pub(super) fn folder(root: &mut TomlSection<'_>, dir: &Path, output: &Output) -> Option<PathBuf> {
    let there = root.has("lake");
    let mut section = root.section("lake");
    if there {
        section.require("path");
    }
    let res = file(&mut section, "path", dir);
    if res.is_some() && !output.formats.contains(TYPED_TABLES) {
        let help = "add \"parquet\" to `formats` in `[output]`, or leave `formats` out";
        let what = "takes the tables in `parquet`, which no pack has by `formats`";
        section.refuse("path", what, Some(help.to_owned()));
    }
    section.finish();
    res
}
