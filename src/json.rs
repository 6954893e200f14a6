//! JSON as evidence has it: indented documents, and records on compressed lines.

use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::threads;

/// zstd's usual level.
const LEVEL: i32 = 3;

/// Bytes of a line at most: no record comes near, and one that goes beyond is not read to its end.
pub const LONGEST: u64 = 64 << 20;

/// A document of plain values: indented, with a line feed at its end.
///
/// # Panics
///
/// Panics where a value cannot be JSON, which is a bug.
pub fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut res = Vec::new();
    write_pretty(&mut res, value).expect("plain values serialise");
    res
}

/// Writes a value as [`pretty`] has it.
///
/// # Errors
///
/// When the sink takes no more.
pub fn write_pretty(sink: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, value)?;
    sink.write_all(b"\n")
}

/// Why a document is not what this program reads.
#[derive(Debug, thiserror::Error)]
pub enum FormatFault {
    /// It is of another version of the program.
    #[error("has format {found}, this program reads {wanted}")]
    Format {
        /// The format that it states.
        found: u64,
        /// The one that this program writes.
        wanted: u32,
    },
    /// It is no such document.
    #[error("is not what the program writes there")]
    Malformed(#[from] serde_json::Error),
}

/// A document that states its format first of all: one of another version is told as such, whatever
/// else stands in it.
///
/// # Errors
///
/// When it has another format than `wanted`, or is none.
pub fn of_format<T: DeserializeOwned>(bytes: &[u8], wanted: u32) -> Result<T, FormatFault> {
    #[derive(Deserialize)]
    struct Stated {
        format: u64,
    }
    let Stated { format: found } = serde_json::from_slice(bytes)?;
    if found != u64::from(wanted) {
        return Err(FormatFault::Format { found, wanted });
    }
    Ok(serde_json::from_slice(bytes)?)
}

/// Writes each record on a line of its own, and gives the sink back; the text is never in memory as
/// a whole.
///
/// # Errors
///
/// When the sink takes no more.
pub fn write_lines<'a, T, W>(records: impl IntoIterator<Item = &'a T>, sink: W) -> io::Result<W>
where
    T: Serialize + 'a,
    W: Write,
{
    let mut sink = BufWriter::new(zstd::Encoder::new(sink, LEVEL)?);
    for record in records {
        serde_json::to_writer(&mut sink, record)?;
        sink.write_all(b"\n")?;
    }
    sink.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
}

/// Bytes of lines that one thread parses at a time.
const BATCH: usize = 2 << 20;

/// Bytes of batches that are in memory at a time, but for a line that is longer.
const ROUND: usize = 8 * BATCH;

/// Every record that was written by [`write_lines`]. Many are parsed side by side, batch by batch.
///
/// # Errors
///
/// When the bytes are not compressed, or a line is no such record.
pub fn read_lines<T: DeserializeOwned + Send>(bytes: &[u8]) -> io::Result<Vec<T>> {
    let mut source = LineReader::of(bytes)?;
    let mut res = Vec::new();
    loop {
        let mut batches: Vec<Vec<u8>> = Vec::new();
        while batches.iter().map(Vec::len).sum::<usize>() < ROUND
            && let Some(batch) = source.next_batch()?
        {
            batches.push(batch);
        }
        if batches.is_empty() {
            return Ok(res);
        }
        for parsed in threads::side_by_side(&batches, |it| parse_lines(it)) {
            res.append(&mut parsed?);
        }
    }
}

fn parse_lines<T: DeserializeOwned>(batch: &[u8]) -> serde_json::Result<Vec<T>> {
    batch.split_inclusive(|it| *it == b'\n').map(serde_json::from_slice).collect()
}

/// The lines of a compressed file, one at a time.
pub struct LineReader<'a> {
    source: BufReader<zstd::Decoder<'static, BufReader<&'a [u8]>>>,
    line: Vec<u8>,
}

impl<'a> LineReader<'a> {
    /// Reads what was written by [`write_lines`].
    ///
    /// # Errors
    ///
    /// When the bytes are not compressed.
    pub fn of(bytes: &'a [u8]) -> io::Result<Self> {
        Ok(Self { source: BufReader::new(zstd::Decoder::new(bytes)?), line: Vec::new() })
    }

    /// The next line, or as much of it as a record may be; none where there is no further one.
    ///
    /// # Errors
    ///
    /// When the bytes end too early, or are not compressed.
    pub fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let n_read = (&mut self.source).take(LONGEST + 1).read_until(b'\n', &mut self.line)?;
        Ok((n_read > 0).then_some(self.line.as_slice()))
    }

    /// The next lines, of which the last makes them a batch or is the last that there is; none where
    /// there is no further one.
    fn next_batch(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut res = Vec::new();
        while res.len() < BATCH
            && let Some(line) = self.next_line()?
        {
            res.extend_from_slice(line);
        }
        Ok((!res.is_empty()).then_some(res))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_order_whatever_the_batches() {
        let records: Vec<String> = (0..60_000).map(|it| format!("{it:0600}")).collect();
        let bytes = write_lines(&records, Vec::new()).expect("room");
        assert_eq!(read_lines::<String>(&bytes).expect("records"), records);
        assert_eq!(
            read_lines::<String>(&write_lines::<String, _>([], Vec::new()).unwrap()).unwrap(),
            [""; 0]
        );
        let cut = write_lines(&records, Vec::new()).expect("room");
        read_lines::<String>(&cut[..cut.len() - 9]).expect_err("the end is missing");
        read_lines::<u8>(&bytes).expect_err("they are no numbers");
    }

    #[test]
    fn a_document_of_another_format_is_told_as_such() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Known {
            #[expect(dead_code, reason = "read alone")]
            format: u32,
        }
        let why = |text: &str| of_format::<Known>(text.as_bytes(), 2).expect_err(text).to_string();
        of_format::<Known>(br#"{"format": 2}"#, 2).expect("it is known");
        insta::assert_snapshot!(why(r#"{"format": 3, "more": 1}"#), @"has format 3, this program reads 2");
        insta::assert_snapshot!(why(r#"{"format": 2, "more": 1}"#), @"is not what the program writes there");
        insta::assert_snapshot!(why("{}"), @"is not what the program writes there");
    }
}
