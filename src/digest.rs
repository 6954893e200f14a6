//! SHA-256: what evidence is known by, always as lower-case hex.

use hmac::{Hmac, KeyInit as _, Mac as _};
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
    let mut res = String::with_capacity(2 * bytes.len());
    for it in bytes {
        res.push(digit(it >> 4));
        res.push(digit(it & 15));
    }
    res
}

/// HMAC-SHA256 (RFC 2104) of a message under a key of any length.
///
/// # Panics
///
/// Never: every key has a length that fits.
pub fn keyed(key: &[u8], message: impl AsRef<[u8]>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("every key fits");
    mac.update(message.as_ref());
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::keyed;

    /// Cases 1, 2 and 6 of RFC 4231: a key of 20 bytes, a short one, and one longer than a block.
    #[test]
    fn a_keyed_hash_is_hmac() {
        let long = "Test Using Larger Than Block-Size Key - Hash Key First";
        let cases = [
            keyed(&[0x0b; 20], "Hi There"),
            keyed(b"Jefe", "what do ya want for nothing?"),
            keyed(&[0xaa; 131], long),
        ];
        insta::assert_snapshot!(cases.join("\n"), @"
        b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7
        5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843
        60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54
        ");
    }
}
