//! A PDF file as it grows: objects are written once they are known, and then forgotten.

use super::object;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Object, Stream, StringFormat};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;

/// Page streams that are deflated side by side.
const BATCH: usize = 64;
/// Objects that are deflated together.
const GROUP: usize = 200;
/// Effort of deflating, from 1 to 9.
const LEVEL: u32 = 6;

/// A file, its end not yet written.
pub(crate) struct PdfFile {
    bytes: Vec<u8>,
    /// Where each object stands, by its number; the first is none.
    places: Vec<Location>,
    /// Streams that wait to be deflated.
    streams: Vec<(u32, Vec<u8>)>,
    /// Objects that wait to be written together: their numbers with their ends in `group`.
    ends: Vec<(u32, usize)>,
    group: Vec<u8>,
    deflater: Deflater,
}

/// Where an object stands.
#[derive(Clone, Copy)]
enum Location {
    Nowhere,
    At(usize),
    /// In the stream with that number, as the how-manieth.
    In(u32, usize),
}

impl PdfFile {
    pub(crate) fn new() -> Self {
        let bytes = b"%PDF-1.7\n%\xbb\xad\xc0\xde\n".to_vec();
        let (streams, ends, group) = (Vec::new(), Vec::new(), Vec::new());
        let places = vec![Location::Nowhere];
        PdfFile { bytes, places, streams, ends, group, deflater: Deflater::new() }
    }

    /// A number for an object that is still to come.
    pub(crate) fn reserve(&mut self) -> u32 {
        self.places.push(Location::Nowhere);
        self.last()
    }

    /// The highest number so far.
    pub(crate) fn last(&self) -> u32 {
        u32::try_from(self.places.len() - 1).expect("fewer than 2^32 objects")
    }

    /// Reserves all numbers up to `last`.
    pub(crate) fn reserve_to(&mut self, last: u32) {
        self.places.resize(last as usize + 1, Location::Nowhere);
    }

    /// Writes a stream without a dictionary of its own, deflated.
    pub(crate) fn stream(&mut self, number: u32, content: Vec<u8>) {
        self.streams.push((number, content));
        if self.streams.len() == BATCH {
            self.write_streams();
        }
    }

    /// Writes an object, as its text.
    pub(crate) fn text(&mut self, number: u32, object: std::fmt::Arguments<'_>) {
        self.group.write_fmt(object).expect("memory grows");
        self.close(number);
    }

    /// Writes an object.
    pub(crate) fn object(&mut self, number: u32, object: &Object) {
        if let Object::Stream(stream) = object {
            return self.whole_stream(number, stream);
        }
        object::write(object, &mut self.group);
        self.close(number);
    }

    fn close(&mut self, number: u32) {
        self.ends.push((number, self.group.len()));
        self.group.push(b' ');
        if self.ends.len() == GROUP {
            self.write_group();
        }
    }

    /// Streams with a dictionary are few; metadata stay readable for those who know nothing of PDF.
    fn whole_stream(&mut self, number: u32, stream: &Stream) {
        let mut stream = stream.clone();
        if !stream.dict.has(b"Filter") && !stream.dict.has_type(b"Metadata") {
            stream.set_content(self.deflater.deflate(&stream.content));
            stream.dict.set("Filter", "FlateDecode");
        }
        self.begin(number);
        let content = std::mem::take(&mut stream.content);
        object::write(&Object::Stream(stream), &mut self.bytes);
        self.bytes.extend_from_slice(b"stream\n");
        self.bytes.extend(content);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    fn begin(&mut self, number: u32) {
        self.places[number as usize] = Location::At(self.bytes.len());
        self.say(format_args!("{number} 0 obj\n"));
    }

    fn say(&mut self, words: std::fmt::Arguments<'_>) {
        self.bytes.write_fmt(words).expect("memory grows");
    }

    fn write_streams(&mut self) {
        let streams = std::mem::take(&mut self.streams);
        for (number, content) in deflate_all(streams) {
            self.put_stream(number, "", &content);
        }
    }

    fn put_stream(&mut self, number: u32, entries: &str, deflated: &[u8]) {
        self.begin(number);
        let length = deflated.len();
        self.say(format_args!("<<{entries}/Filter/FlateDecode/Length {length}>>stream\n"));
        self.bytes.extend_from_slice(deflated);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Writes the waiting objects as one stream.
    fn write_group(&mut self) {
        let (ends, group) = (std::mem::take(&mut self.ends), std::mem::take(&mut self.group));
        if ends.is_empty() {
            return;
        }
        let stream = self.reserve();
        let mut content = Vec::with_capacity(group.len() + ends.len() * 12);
        let mut start = 0;
        for (at, (number, end)) in ends.iter().enumerate() {
            self.places[*number as usize] = Location::In(stream, at);
            write!(content, "{number} {start} ").expect("memory grows");
            start = end + 1;
        }
        let entries = format!("/Type/ObjStm/N {}/First {}", ends.len(), content.len());
        content.extend(group);
        let deflated = self.deflater.deflate(&content);
        self.put_stream(stream, &entries, &deflated);
    }

    /// Ends the file with its table of objects; its identity comes from all that stands in it.
    pub(crate) fn finish(mut self, root: u32, info: u32) -> Vec<u8> {
        self.write_streams();
        self.write_group();
        let number = self.reserve();
        let start = self.bytes.len();
        self.places[number as usize] = Location::At(start);
        let mut table = Vec::with_capacity(self.places.len() * 7);
        for place in &self.places {
            let (kind, [first, second]) = match *place {
                Location::Nowhere => (0, [0, 0]),
                Location::At(at) => (1, [at, 0]),
                Location::In(stream, at) => (2, [stream as usize, at]),
            };
            table.push(kind);
            table.extend(u32::try_from(first).unwrap_or(u32::MAX).to_be_bytes());
            table.extend(u16::try_from(second).unwrap_or(u16::MAX).to_be_bytes());
        }
        let mut hash = Sha256::new();
        hash.update(&self.bytes);
        let mut id = Vec::new();
        let text = Object::String(hash.finalize()[..16].to_vec(), StringFormat::Hexadecimal);
        object::write(&text, &mut id);
        let id = String::from_utf8_lossy(&id);
        let entries = format!(
            "/Type/XRef/Size {}/W[1 4 2]/Root {root} 0 R/Info {info} 0 R/ID[{id}{id}]",
            self.places.len()
        );
        let deflated = self.deflater.deflate(&table);
        self.put_stream(number, &entries, &deflated);
        self.say(format_args!("startxref\n{start}\n%%EOF\n"));
        self.bytes
    }
}

/// Deflates on all cores; the outcome does not depend on how many there are.
fn deflate_all(mut streams: Vec<(u32, Vec<u8>)>) -> Vec<(u32, Vec<u8>)> {
    let n_threads = std::thread::available_parallelism().map_or(1, |it| it.get());
    let share = streams.len().div_ceil(n_threads).max(1);
    std::thread::scope(|scope| {
        for part in streams.chunks_mut(share) {
            scope.spawn(move || {
                let mut deflater = Deflater::new();
                for it in part {
                    it.1 = deflater.deflate(&it.1);
                }
            });
        }
    });
    streams
}

/// Deflates one after the other with the same working memory, of which it takes a good deal.
struct Deflater(ZlibEncoder<Vec<u8>>);

impl Deflater {
    fn new() -> Self {
        Deflater(ZlibEncoder::new(Vec::new(), Compression::new(LEVEL)))
    }

    fn deflate(&mut self, content: &[u8]) -> Vec<u8> {
        let written = self.0.write_all(content);
        written.and_then(|()| self.0.reset(Vec::new())).expect("memory grows")
    }
}
