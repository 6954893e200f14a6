//! `lake`: packs added to the lake, the lake held against them, and how an engine reads it.

use std::path::{Path, PathBuf};

use super::{Error, Exit, configuration, print};
use crate::cli::{LakeArgs, LakeCommand};
use crate::lake::{self, Added, Lake};
use crate::names::counted;
use crate::report::text::visible;
use crate::verify;

/// Carries out one of the commands.
pub(super) fn run(config: &Path, args: &LakeArgs) -> Result<Exit, Error> {
    let lake = lake_of(config, args)?;
    match &args.what {
        LakeCommand::Add { packs } => add(&lake, packs),
        LakeCommand::Check { packs } => check(&lake, config, packs),
        LakeCommand::Views { engine } => {
            print(lake::views(&lake, *engine).trim_end())?;
            Ok(Exit::Done)
        }
    }
}

/// The lake that was named, or else the configured one.
fn lake_of(config: &Path, args: &LakeArgs) -> Result<Lake, Error> {
    let configured =
        || -> Result<_, Error> { Ok(configuration(config)?.1.lake.ok_or(lake::Error::Nowhere)?) };
    Ok(Lake::at(&args.lake.clone().map_or_else(configured, Ok)?))
}

fn add(lake: &Lake, paths: &[PathBuf]) -> Result<Exit, Error> {
    for pack in found(paths)? {
        let what = match lake.add(&pack)? {
            Added::Now => "added".to_owned(),
            Added::Before => "there already".to_owned(),
            Added::Mended(n) => {
                let files = counted(&n.to_string(), "file");
                format!("there already, and {files} written again")
            }
        };
        print(&visible(&format!("{}: {what}", pack.display())))?;
    }
    Ok(Exit::Done)
}

fn check(lake: &Lake, config: &Path, paths: &[PathBuf]) -> Result<Exit, Error> {
    let packs = match paths {
        [] => found(&[configuration(config)?.1.output.dir])?,
        paths => found(paths)?,
    };
    let faults = lake::check(lake, &packs)?;
    for it in &faults {
        print(&visible(&it.to_string()))?;
    }
    if faults.is_empty() {
        let n = packs.len();
        print(&format!("ok: the lake has what its packs have, and nothing else; {n} looked at"))?;
        return Ok(Exit::Done);
    }
    Ok(Exit::Findings)
}

/// The packs at these paths and below them.
fn found(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let packs = verify::packs(paths);
    if packs.is_empty() {
        let paths: Vec<String> = paths.iter().map(|it| it.display().to_string()).collect();
        return Err(Error::NothingToVerify { paths: paths.join("`, `") });
    }
    Ok(packs)
}
