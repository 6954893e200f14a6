//! SHA-256: what evidence is known by, always as lower-case hex.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A hash that is fed piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Feeds some bytes.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// The hash of everything that was fed.
    pub fn hex(self) -> String {
        self.bytes().iter().fold(String::new(), |mut res, it| {
            write!(res, "{it:02x}").expect("text grows");
            res
        })
    }

    /// The same, as bytes.
    pub fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The hash of `bytes`.
pub fn of(bytes: impl AsRef<[u8]>) -> String {
    let mut hash = Digest::default();
    hash.update(bytes);
    hash.hex()
}
