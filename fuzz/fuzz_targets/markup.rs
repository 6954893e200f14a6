//! The markup of the PDF: the same markup gives the same file, or an error names a line of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use markup_pdf::render;

fuzz_target!(|markup: &str| {
    match render(markup) {
        Ok(pdf) => {
            assert!(pdf.bytes.starts_with(b"%PDF-") && pdf.n_pages > 0);
            // In two pieces it is the same document.
            let mut middle = markup.len() / 2;
            while !markup.is_char_boundary(middle) {
                middle -= 1;
            }
            let pieces = [&markup[..middle], &markup[middle..]].map(str::to_owned);
            let again = markup_pdf::render_pieces(&mut pieces.into_iter());
            assert!(again.is_ok_and(|it| it == pdf), "two pieces are another document");
        }
        Err(error) => {
            let told = error.to_string();
            let line = told.strip_prefix("markup line ").and_then(|it| it.split_once(':'));
            // As XML has lines.
            let lines = markup.replace("\r\n", "\n").split(['\n', '\r']).count();
            let named = line.and_then(|it| it.0.parse().ok());
            assert!(named.is_some_and(|it: usize| (1..=lines).contains(&it)), "{told}");
        }
    }
});
