//! The face for Chinese, Japanese and Korean, unpacked when it is first needed.

use std::sync::OnceLock;

/// Its PostScript name.
pub(super) const NAME: &str = "NotoSansCJKjp-Regular";

const PACKED: &[u8] = include_bytes!("../../fonts/NotoSansCJK-Subset.otf.zst");

static UNPACKED: OnceLock<Vec<u8>> = OnceLock::new();

/// The whole font file.
pub(super) fn bytes() -> &'static [u8] {
    let unpack = || zstd::decode_all(PACKED).expect("the embedded fonts are sound");
    UNPACKED.get_or_init(unpack)
}
