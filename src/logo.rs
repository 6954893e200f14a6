//! The organization's logo: a PNG file, and its pixels.
//!
//! Documents carry it as a `data:` address, so that they are whole by themselves.

use std::path::{Path, PathBuf};

use markup_pdf::image::{self, MOST_BYTES, Pixels, Unfit};

use crate::input::{InputFile, Unreadable};

/// A logo whose every pixel can be shown.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The file.
    pub input: InputFile,
}

/// Why there is no logo.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] Unreadable),
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
            Self::Read(_) => None,
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
    // One byte more than there may be is enough to see that there are too many.
    let input = InputFile::read_start("logo", path, MOST_BYTES + 1)?;
    Pixels::of(&input.bytes).map_err(|source| Error::Unfit { path: path.to_owned(), source })?;
    Ok(Logo { input })
}

impl Logo {
    /// The logo as documents carry it.
    pub fn address(&self) -> String {
        image::address(&self.input.bytes)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::Logo;
    use crate::input::InputFile;

    /// A PNG of one row: an opaque pixel, and a transparent one.
    const TWO_PIXELS: &str = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGNg\
                              ZGL+z8LKxgAABVcBFZElYxsAAAAASUVORK5CYII=";

    /// A logo of two pixels.
    pub(crate) fn logo() -> Logo {
        let bytes = STANDARD.decode(TWO_PIXELS).expect("the code of a PNG");
        Logo { input: InputFile::new("logo.png", bytes) }
    }
}
