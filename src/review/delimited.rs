//! Tables that people open in a spreadsheet, as CSV.

/// Rows as CSV, with the mark of UTF-8, without which a spreadsheet reads another encoding.
pub(super) fn delimited<Cells>(rows: impl IntoIterator<Item = Cells>) -> Vec<u8>
where
    Cells: IntoIterator<Item: AsRef<[u8]>>,
{
    let terminator = csv::Terminator::CRLF;
    let sink = "\u{feff}".as_bytes().to_vec();
    let mut sink = csv::WriterBuilder::new().terminator(terminator).from_writer(sink);
    for cells in rows {
        sink.write_record(cells).expect("memory takes it");
    }
    sink.into_inner().expect("memory takes it")
}
