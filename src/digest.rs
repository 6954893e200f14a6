//! SHA-256: what evidence is known by, always as lower-case hex.

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
        hex(&self.bytes())
    }

    /// The same, as bytes.
    pub fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The hash of `bytes`.
pub fn of(bytes: impl AsRef<[u8]>) -> String {
    hex(&bytes_of(bytes))
}

/// The same, as bytes.
pub fn bytes_of(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    let mut hash = Digest::default();
    hash.update(bytes);
    hash.bytes()
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |it: u8| char::from(DIGITS[usize::from(it)]);
    bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect()
}

/// HMAC-SHA256 (RFC 2104) of a message under a key of at most one block.
pub fn keyed(key: &[u8; 32], message: impl AsRef<[u8]>) -> String {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, of_key)| *byte ^= of_key);
        block
    };
    let mut inner = Digest::default();
    inner.update(pad(0x36));
    inner.update(message);
    let mut outer = Digest::default();
    outer.update(pad(0x5c));
    outer.update(inner.bytes());
    outer.hex()
}

#[cfg(test)]
mod tests {
    use super::keyed;

    /// Case 1 of RFC 4231; its key of 20 bytes is padded with zeros either way.
    #[test]
    fn a_keyed_hash_is_hmac() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(keyed(&key, "Hi There"), expected);
    }
}
