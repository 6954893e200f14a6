//! Manifests by their format: one of a later program is refused, and not half understood.

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The format of the manifests that are written: it grows where what older programs read of a pack
/// would mislead them.
pub const FORMAT: u32 = 1;

/// Why the bytes of a manifest say nothing to this program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// They are no manifest; with the cause.
    #[error("{0}")]
    Malformed(String),
    /// A later version of the program wrote them, in a way that this one does not know.
    #[error("its format is {format}, of a later version of the program; this one reads {FORMAT}")]
    Later {
        /// Their format.
        format: u32,
    },
}

/// What manifests of every format say.
#[derive(Deserialize)]
struct ManifestFormat {
    #[serde(default)]
    format: u32,
}

/// What the bytes of a manifest say.
///
/// # Errors
///
/// When they are none, or of a format that is not known.
pub fn parse_manifest<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ManifestFault> {
    let malformed = |it: serde_json::Error| ManifestFault::Malformed(it.to_string());
    let ManifestFormat { format } = serde_json::from_slice(bytes).map_err(malformed)?;
    if format > FORMAT {
        return Err(ManifestFault::Later { format });
    }
    serde_json::from_slice(bytes).map_err(malformed)
}
