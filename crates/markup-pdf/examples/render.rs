//! Renders a file of markup: `cargo run --example render -- report.xml report.pdf`.

use std::error::Error;
use std::fs;

#[expect(clippy::print_stderr, reason = "an example tells what it saw")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: render MARKUP PDF".into());
    };
    let pdf = markup_pdf::render(&fs::read_to_string(from)?)?;
    for (character, times) in &pdf.missing {
        eprintln!("{} has no glyph, {times} times", markup_pdf::text::Escaped(*character));
    }
    fs::write(to, pdf.bytes)?;
    Ok(())
}
