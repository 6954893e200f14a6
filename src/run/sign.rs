//! `sign`: a signature beside the manifest of a pack.

use std::path::{Path, PathBuf};

use super::{Error, Exit, print};
use crate::checksums::{MANIFEST, SIGNATURE};
use crate::cli::SignArgs;
use crate::files;
use crate::pack;
use crate::signing::Signer;

/// Signs packs with the key in a file.
pub(super) fn run(args: &SignArgs) -> Result<Exit, Error> {
    let signer = Signer::read(&args.key)?;
    for dir in &args.packs {
        let path = sign(dir, &signer)?;
        print(&path.display().to_string())?;
    }
    Ok(Exit::Done)
}

/// Signs a pack, and returns where the signature lies.
pub(super) fn sign(dir: &Path, signer: &Signer) -> Result<PathBuf, Error> {
    let (manifest, place) = (dir.join(MANIFEST), dir.join(SIGNATURE));
    if place.symlink_metadata().is_ok() {
        return Err(Error::Signed { pack: dir.to_owned() });
    }
    let failed =
        |deed, path: &Path, source| pack::Error::Io { deed, path: path.to_owned(), source };
    let bytes = files::read_own(&manifest).map_err(|it| failed("read", &manifest, it))?;
    let signature = signer.sign(&bytes)?;
    files::write(&place, signature.as_bytes()).map_err(|it| failed("write", &place, it))?;
    Ok(place)
}
