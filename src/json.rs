//! JSON as evidence has it: indented documents, and records on compressed lines.

use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

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

/// Every record that was written by [`write_lines`].
///
/// # Errors
///
/// When the bytes are not compressed, or a line is no such record.
pub fn read_lines<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<Vec<T>> {
    let mut source = LineReader::of(bytes)?;
    let mut res = Vec::new();
    while let Some(line) = source.next_line()? {
        res.push(serde_json::from_slice(line)?);
    }
    Ok(res)
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
}
