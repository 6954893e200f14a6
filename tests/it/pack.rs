//! Reads an evidence pack as an auditor would: files, CSV, JSON, document text.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::harness::skipped;

/// A row of a CSV file by its header.
pub(crate) type Row = BTreeMap<String, String>;

/// A finished pack.
pub(crate) struct Pack {
    pub(crate) dir: PathBuf,
}

impl Pack {
    pub(crate) fn at(dir: PathBuf) -> Self {
        assert!(dir.is_dir(), "there is no `{}`", dir.display());
        Self { dir }
    }

    /// The folder's name.
    pub(crate) fn name(&self) -> String {
        self.dir.file_name().expect("a name").to_string_lossy().into_owned()
    }

    pub(crate) fn bytes(&self, below: &str) -> Vec<u8> {
        fs::read(self.dir.join(below)).unwrap_or_else(|it| panic!("{below}: {it}"))
    }

    pub(crate) fn text(&self, below: &str) -> String {
        String::from_utf8(self.bytes(below)).expect("text")
    }

    pub(crate) fn json(&self, below: &str) -> Value {
        serde_json::from_slice(&self.bytes(below)).expect("JSON")
    }

    pub(crate) fn report(&self) -> Value {
        self.json("report.json")
    }

    pub(crate) fn population(&self) -> Value {
        self.json("population.json")
    }

    /// Every file by its path in the pack.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut res = BTreeMap::new();
        collect(&self.dir, "", &mut res);
        res
    }

    /// The tables of the CSV set.
    pub(crate) fn tables(&self) -> Vec<String> {
        let name = |it: String| Some(it.strip_prefix("csv/")?.strip_suffix(".csv")?.to_owned());
        self.files().into_keys().filter_map(name).collect()
    }

    /// The rows of `csv/<name>.csv`.
    pub(crate) fn rows(&self, name: &str) -> Vec<Row> {
        let bytes = self.bytes(&format!("csv/{name}.csv"));
        let rows = csv::Reader::from_reader(&*bytes).into_deserialize();
        rows.map(|it| it.expect("a row as long as its header")).collect()
    }

    /// What a reader of `report.html` sees, without breaks.
    pub(crate) fn html_text(&self) -> String {
        let html = self.text("report.html");
        let (head, rest) = html.split_once("<style>").expect("a style");
        let (_, rest) = rest.split_once("</style>").expect("its end");
        let (body, _) = rest.split_once("<script>").expect("the script, which comes last");
        let mut res = String::new();
        for piece in [head, body].concat().split('<').skip(1) {
            let (_, text) = piece.split_once('>').expect("a whole tag");
            res.push_str(text);
            res.push(' ');
        }
        flat(&unescape(&res))
    }

    /// What a reader of `report.pdf` sees, without breaks; none where nothing can read it.
    pub(crate) fn pdf_text(&self) -> Option<String> {
        self.text_of("report.pdf")
    }

    /// The same of `summary.pdf`.
    pub(crate) fn summary_text(&self) -> Option<String> {
        self.text_of("summary.pdf")
    }

    fn text_of(&self, file: &str) -> Option<String> {
        // In the order in which it was written: cell by cell, row by row.
        let path = self.dir.join(file);
        let output = Command::new("pdftotext").arg("-raw").arg(path).arg("-").output();
        match output {
            Ok(it) => {
                assert!(it.status.success(), "{}", String::from_utf8_lossy(&it.stderr));
                Some(flat(&String::from_utf8(it.stdout).expect("text")))
            }
            Err(error) => {
                skipped(&format!("pdftotext: {error}"));
                None
            }
        }
    }
}

/// SHA-256 as checksum files write it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |res, it| res + &format!("{it:02x}"))
}

/// Runs of white space as one blank.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(dir: &Path, prefix: &str, res: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), res);
        } else {
            res.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

fn unescape(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'")];
    let named = named.into_iter().chain([("&#x2F;", "/"), ("&amp;", "&")]);
    named.fold(text.to_owned(), |res, (from, to)| res.replace(from, to))
}
