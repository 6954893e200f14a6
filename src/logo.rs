//! The organization's logo: a PNG file, and its pixels.
//!
//! Documents carry it as a `data:` address, so that they are whole by themselves.

use std::io;
use std::path::{Path, PathBuf};

use markup_pdf::image::{self, MOST_BYTES, Pixels, Unfit};

use crate::digest;
use crate::files;

/// A logo whose every pixel can be shown.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The file as it was read; a copy goes into the evidence pack.
    pub bytes: Vec<u8>,
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
}

/// Why there is no logo.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the logo `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file can be read, and documents cannot show it.
    #[error("cannot use the logo `{}`", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Unfit,
    },
}

impl Error {
    /// What to do about it, where that is not in the text already.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Read { .. } => None,
            Self::Unfit { .. } => {
                Some("save it as a PNG of at most 1 MiB and 4,000 × 4,000 pixels")
            }
        }
    }
}

/// Reads the logo at `path`.
///
/// # Errors
///
/// When the file cannot be read, or is no PNG that documents can show.
pub fn read(path: &Path) -> Result<Logo, Error> {
    let unread = |source| Error::Read { path: path.to_owned(), source };
    // One byte more than there may be is enough to see that there are too many.
    let bytes = files::read_start(path, MOST_BYTES + 1).map_err(unread)?;
    Pixels::of(&bytes).map_err(|source| Error::Unfit { path: path.to_owned(), source })?;
    Ok(Logo { sha256: digest::of(&bytes), bytes })
}

impl Logo {
    /// The logo as documents carry it.
    pub fn address(&self) -> String {
        image::address(&self.bytes)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::Logo;
    use crate::digest;

    /// A PNG of one row: an opaque pixel, and a transparent one.
    const TWO_PIXELS: &str = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGNg\
                              ZGL+z8LKxgAABVcBFZElYxsAAAAASUVORK5CYII=";

    /// A logo of two pixels.
    pub(crate) fn logo() -> Logo {
        let bytes = STANDARD.decode(TWO_PIXELS).expect("the code of a PNG");
        Logo { sha256: digest::of(&bytes), bytes }
    }
}
