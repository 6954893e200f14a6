//! Requests and answers of RFC 3161 in DER, as far as a time-stamp is read from them.
//!
//! Certificates and signatures within are left to `openssl`: what is not read cannot be refused for
//! its form.

use chrono::{DateTime, NaiveDateTime, Utc};
use der::asn1::{AnyRef, Int, ObjectIdentifier, OctetString, OctetStringRef, UintRef};
use der::{Encode as _, ErrorKind, Reader, Sequence, SliceReader, Tag, Tagged as _};

use crate::digest;

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TIMESTAMP_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// Why an answer is no time-stamp.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// The authority says that it gives none.
    #[error("the authority gave none{}", words(.0))]
    NotGranted(String),
    /// It is something else.
    #[error("it is no answer of a time-stamping authority: {0}")]
    Unread(String),
    /// It is of another kind of hash, so that nothing can be held against it.
    #[error("it is not of a SHA-256, and cannot be held against the manifest")]
    OtherHash,
}

fn words(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

impl From<der::Error> for Refusal {
    fn from(error: der::Error) -> Self {
        Self::Unread(match error.kind() {
            ErrorKind::Incomplete { .. } => "it ends too early".to_owned(),
            it => it.to_string(),
        })
    }
}

/// What was hashed, by which algorithm.
#[derive(Sequence)]
struct MessageImprint<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    hash: OctetStringRef<'a>,
}

#[derive(Sequence)]
struct AlgorithmIdentifier<'a> {
    algorithm: ObjectIdentifier,
    #[asn1(optional = "true")]
    parameters: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct TimestampRequest<'a> {
    version: u8,
    imprint: MessageImprint<'a>,
    nonce: UintRef<'a>,
    wants_certificates: bool,
}

/// Content of some kind: the whole answer is of signed data, and that is of a time-stamp.
#[derive(Sequence)]
struct SignedContent<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: AnyRef<'a>,
}

#[derive(Sequence)]
struct TimestampedContent {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: OctetString,
}

/// A request for a time-stamp of a hash; `nonce` comes back with the answer.
pub(super) fn request(sha256: &[u8; 32], nonce: u64) -> Vec<u8> {
    let algorithm = AlgorithmIdentifier { algorithm: SHA256, parameters: Some(AnyRef::NULL) };
    let nonce = nonce.to_be_bytes();
    let whole = OctetStringRef::new(sha256).and_then(|hash| {
        let imprint = MessageImprint { algorithm, hash };
        let nonce = UintRef::new(&nonce)?;
        TimestampRequest { version: 1, imprint, nonce, wants_certificates: true }.to_der()
    });
    whole.expect("a hash and a number are encoded")
}

/// What a time-stamp says of what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TimestampToken {
    /// The hash that it is of.
    pub(super) sha256: [u8; 32],
    /// The authority's number, in hex.
    pub(super) serial: String,
    /// When the hash was shown to the authority, by its clock.
    pub(super) at: DateTime<Utc>,
    /// What the request had in it.
    pub(super) nonce: Option<u64>,
}

impl TimestampToken {
    /// Reads the answer of an authority.
    pub(super) fn read(answer: &[u8]) -> Result<Self, Refusal> {
        let mut reader = SliceReader::new(answer)?;
        let (status, content) = reader.sequence(|it| {
            let status: AnyRef<'_> = it.decode()?;
            let content: Option<SignedContent<'_>> =
                if it.is_finished() { None } else { Some(it.decode()?) };
            Ok((status, content))
        })?;
        let (status, said) = status_of(status)?;
        let granted = status <= 1;
        let Some(signed) = content.filter(|it| granted && it.kind == SIGNED_DATA) else {
            return Err(Refusal::NotGranted(said));
        };
        let inner = signed.content.sequence(|it| {
            let (_version, _digests): (u8, AnyRef<'_>) = (it.decode()?, it.decode()?);
            let inner: TimestampedContent = it.decode()?;
            skip(it)?;
            Ok(inner)
        })?;
        if inner.kind != TIMESTAMP_INFO {
            return Err(Refusal::Unread("what is signed is no time-stamp".to_owned()));
        }
        Self::of(inner.content.as_bytes())
    }

    /// What was signed.
    fn of(info: &[u8]) -> Result<Self, Refusal> {
        let mut reader = SliceReader::new(info)?;
        let (imprint, serial, time, nonce) = reader.sequence(|it| {
            let (_version, _policy): (u8, ObjectIdentifier) = (it.decode()?, it.decode()?);
            let imprint: MessageImprint<'_> = it.decode()?;
            let (serial, time): (Int, AnyRef<'_>) = (it.decode()?, it.decode()?);
            let mut nonce = None;
            while !it.is_finished() {
                // Accuracy and order stand before the nonce, and names behind it.
                let one: AnyRef<'_> = it.decode()?;
                if one.tag() == Tag::Integer {
                    nonce = Some(one.value());
                }
            }
            Ok((imprint, serial, time, nonce))
        })?;
        if imprint.algorithm.algorithm != SHA256 {
            return Err(Refusal::OtherHash);
        }
        let sha256 = imprint.hash.as_bytes().try_into().map_err(|_| Refusal::OtherHash)?;
        let at = moment(time.value()).ok_or_else(|| {
            Refusal::Unread("its time is none of Coordinated Universal Time".to_owned())
        })?;
        Ok(Self {
            sha256,
            serial: digest::hex(serial.as_bytes()),
            at,
            nonce: nonce.and_then(number),
        })
    }
}

/// Leaves what else is in a sequence.
fn skip<'a>(reader: &mut impl Reader<'a>) -> der::Result<()> {
    reader.read_slice(reader.remaining_len()).map(drop)
}

/// The status of an answer, and what the authority says besides.
fn status_of(status: AnyRef<'_>) -> der::Result<(u8, String)> {
    status.sequence(|it| {
        let status: u8 = it.decode()?;
        let mut said = String::new();
        while !it.is_finished() {
            let one: AnyRef<'_> = it.decode()?;
            let texts = if one.tag() == Tag::Sequence { one.value() } else { &[] };
            let mut texts = SliceReader::new(texts)?;
            while !texts.is_finished() {
                let text: AnyRef<'_> = texts.decode()?;
                said = String::from_utf8_lossy(text.value()).into_owned();
            }
        }
        Ok((status, said))
    })
}

/// `20261102060000Z`, with or without parts of a second.
fn moment(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.f").ok().map(|it| it.and_utc())
}

/// A positive integer of at most eight bytes.
fn number(bytes: &[u8]) -> Option<u64> {
    let bytes = if bytes.len() == 9 { bytes.strip_prefix(&[0])? } else { bytes };
    let mut res = [0; 8];
    res.get_mut(8_usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
    Some(u64::from_be_bytes(res))
}
