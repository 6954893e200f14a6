//! `verify`: what is wrong with packs, a line for each fault.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::replay::{Reperformance, Replay, reperform, replay};
use super::store::place::EvidencePlace;
use super::{Error, Exit, print};
use crate::calendar::stamps::stamp;
use crate::cli::{CheckFormat, VerifyArgs};
use crate::names::counted;
use crate::report::text::visible;
use crate::signing::{AllowedSigners, SignedBy};
use crate::timestamp::Timestamp;
use crate::verify::{self, Trust, VerifiedPack, VerifiedRecord, fault};

/// What is told of a pack, or of what was removed from beside it.
#[derive(Serialize)]
#[serde(untagged)]
enum Told<'a> {
    Pack(&'a Verdict),
    Record(&'a VerifiedRecord),
}

/// A pack with what came of it.
#[derive(Serialize)]
struct Verdict {
    #[serde(flatten)]
    pack: VerifiedPack,
    /// What came of rendering it again; none where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<String>,
    /// What came of having another engine re-perform the rules; none where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    reperformed: Option<String>,
}

/// Holds packs against themselves and each other.
pub(super) fn run(config: &Path, args: &VerifyArgs, quiet: bool) -> Result<Exit, Error> {
    let allowed = args.allowed_signers.as_deref().map(AllowedSigners::read).transpose()?;
    let trust = Trust { signers: allowed.as_ref(), authorities: args.timestamp_ca.as_deref() };
    let places = args.paths.iter().map(|it| EvidencePlace::at(it, config, |_| true));
    let places = places.collect::<Result<Vec<_>, _>>()?;
    let folders: Vec<PathBuf> = places.iter().map(|it| it.folder().to_owned()).collect();
    let verified = verify::verify(&folders, trust);
    if verified.packs.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|it| it.display().to_string()).collect();
        return Err(Error::NothingToVerify { paths: paths.join("`, `") });
    }
    let shown = |path: &mut PathBuf| {
        let of_store = places.iter().map(|it| it.shown(path)).find(|it| it != path);
        *path = of_store.unwrap_or_else(|| path.clone());
    };
    let mut records = verified.records;
    let mut verdicts: Vec<Verdict> =
        verified.packs.into_iter().map(|it| verdict(it, args)).collect();
    for it in &mut records {
        shown(&mut it.record);
    }
    for it in &mut verdicts {
        shown(&mut it.pack.dir);
    }
    if args.format == CheckFormat::Json {
        let all = verdicts.iter().map(Told::Pack).chain(records.iter().map(Told::Record));
        let all: Vec<Told<'_>> = all.collect();
        print(&serde_json::to_string_pretty(&all).expect("plain values serialise"))?;
    } else {
        verdicts.iter().try_for_each(|it| it.print(quiet))?;
        records.iter().try_for_each(|it| print_record(it, quiet))?;
    }
    let has_faults = verdicts.iter().any(|it| !it.pack.faults.is_empty())
        || records.iter().any(|it| !it.faults.is_empty());
    Ok(if has_faults { Exit::Findings } else { Exit::Done })
}

fn verdict(mut pack: VerifiedPack, args: &VerifyArgs) -> Verdict {
    if pack.is_kept_in_part {
        let not = |asked: bool, deed: &str| {
            asked.then(|| format!("not {deed}: its files were removed by retention"))
        };
        let replayed = not(args.replay, "rendered again");
        let reperformed = not(args.reperform, "re-performed");
        return Verdict { pack, replayed, reperformed };
    }
    let replayed = args.replay.then(|| match replay(&pack.dir) {
        Ok(Replay::Compared(differing)) if differing.is_empty() => {
            "rendered again, every file is the same".to_owned()
        }
        Ok(Replay::Compared(differing)) => {
            let n = differing.len();
            pack.faults.extend(differing);
            format!("rendered again, {n} files are not the same")
        }
        Ok(Replay::OtherProgram(why)) => format!("not rendered again: {why}"),
        Err(error) => {
            let why = error.to_string();
            pack.faults.push(fault("pack", format!("it cannot be rendered again: {why}")));
            "it cannot be rendered again".to_owned()
        }
    });
    let reperformed = args.reperform.then(|| reperformed(&mut pack));
    Verdict { pack, replayed, reperformed }
}

/// Has another engine re-perform the rules; what differs becomes a fault.
fn reperformed(pack: &mut VerifiedPack) -> String {
    let differing = match reperform(&pack.dir) {
        Ok(Reperformance::Compared(it)) => it,
        Ok(Reperformance::NotDone(why)) => return format!("not re-performed: {why}"),
        Err(error) => vec![fault("tables", format!("the rules cannot be re-performed: {error}"))],
    };
    let n = differing.len();
    pack.faults.extend(differing);
    match n {
        0 => "re-performed by DuckDB, nothing differs".to_owned(),
        n => format!("re-performed by DuckDB, {n} differ"),
    }
}

/// What a time-stamp says, and how far that is believed.
fn stamped(timestamp: &Timestamp) -> String {
    let at = stamp(timestamp.at);
    if timestamp.is_trusted {
        format!("time-stamped {at}")
    } else {
        format!("time-stamped {at}, by whom was not checked (`--timestamp-ca`)")
    }
}

impl Verdict {
    fn print(&self, quiet: bool) -> Result<(), Error> {
        let VerifiedPack { dir, n_files, signed, timestamp, faults, removed, .. } = &self.pack;
        if faults.is_empty() && quiet {
            return Ok(());
        }
        let what = what(faults.len(), &format!("{n_files} files"));
        let signed = match signed {
            None => "not signed".to_owned(),
            Some(SignedBy { fingerprint, name: None }) => format!("signed by {fingerprint}"),
            Some(SignedBy { fingerprint, name: Some(name) }) => {
                format!("signed by {name} ({fingerprint})")
            }
        };
        let replayed = self.replayed.as_ref().map(|it| format!("; {it}")).unwrap_or_default();
        let reperformed = self.reperformed.as_ref().map(|it| format!("; {it}")).unwrap_or_default();
        let stamped = timestamp.as_ref().map(stamped);
        let told = [&[signed][..], stamped.as_slice(), removed].concat().join("; ");
        let line = format!("{}: {what}; {told}{replayed}{reperformed}", dir.display());
        print(&visible(&line))?;
        faults.iter().try_for_each(|it| print(&visible(&format!("  {it}"))))
    }
}

/// Whether anything is wrong, in words.
fn what(n_faults: usize, whole: &str) -> String {
    match n_faults {
        0 => format!("ok, {whole}"),
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    }
}

/// Tells what was removed from beside packs, and what is wrong with the record of it.
fn print_record(it: &VerifiedRecord, quiet: bool) -> Result<(), Error> {
    let VerifiedRecord { record, removed, faults } = it;
    if faults.is_empty() && quiet {
        return Ok(());
    }
    let packs = format!("{} removed by retention", counted(&removed.len().to_string(), "pack"));
    print(&visible(&format!("{}: {}", record.display(), what(faults.len(), &packs))))?;
    faults.iter().try_for_each(|it| print(&visible(&format!("  {it}"))))
}
