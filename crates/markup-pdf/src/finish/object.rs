//! Objects as a PDF file writes them.

use lopdf::{Dictionary, Object, StringFormat};
use std::io::Write as _;

/// Appends an object; of a stream, only its dictionary.
pub(super) fn write(object: &Object, res: &mut Vec<u8>) {
    let say = |res: &mut Vec<u8>, words: std::fmt::Arguments<'_>| {
        res.write_fmt(words).expect("memory grows");
    };
    match object {
        Object::Null => res.extend_from_slice(b"null"),
        Object::Boolean(it) => say(res, format_args!("{it}")),
        Object::Integer(it) => say(res, format_args!("{it}")),
        Object::Real(it) => say(res, format_args!("{it}")),
        Object::Reference(id) => say(res, format_args!("{} {} R", id.0, id.1)),
        Object::Name(it) => write_name(it, res),
        Object::String(it, StringFormat::Literal) => write_literal(it, res),
        Object::String(it, StringFormat::Hexadecimal) => {
            res.push(b'<');
            for byte in it {
                say(res, format_args!("{byte:02X}"));
            }
            res.push(b'>');
        }
        Object::Array(items) => {
            res.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    res.push(b' ');
                }
                write(item, res);
            }
            res.push(b']');
        }
        Object::Dictionary(it) => write_dictionary(it, res),
        Object::Stream(it) => write_dictionary(&it.dict, res),
    }
}

fn write_dictionary(dictionary: &Dictionary, res: &mut Vec<u8>) {
    res.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(key, res);
        res.push(b' ');
        write(value, res);
    }
    res.extend_from_slice(b">>");
}

fn write_name(name: &[u8], res: &mut Vec<u8>) {
    res.push(b'/');
    for byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte) {
            res.push(*byte);
        } else {
            write!(res, "#{byte:02X}").expect("memory grows");
        }
    }
}

fn write_literal(text: &[u8], res: &mut Vec<u8>) {
    res.push(b'(');
    for byte in text {
        match byte {
            b'(' | b')' | b'\\' => res.extend([b'\\', *byte]),
            b'\r' => res.extend_from_slice(b"\\r"),
            _ => res.push(*byte),
        }
    }
    res.push(b')');
}

#[cfg(test)]
mod tests {
    use super::write;
    use lopdf::{Dictionary, Object};

    #[test]
    fn objects_are_written_so_that_nothing_in_them_acts() {
        let text = Object::string_literal("a (b) \\ c\r");
        let name = Object::Name(b"N S/1".to_vec());
        let entries = [("T", text), ("N", name), ("R", Object::Reference((7, 0)))];
        let list = vec![Object::Null, Object::Integer(-3), Object::Real(0.5)];
        let mut dictionary = Dictionary::from_iter(entries);
        dictionary.set("L", list);
        let mut res = Vec::new();
        write(&Object::Dictionary(dictionary), &mut res);
        insta::assert_snapshot!(
            String::from_utf8(res).unwrap(),
            @r"<</T (a \(b\) \\ c\r)/N /N#20S#2F1/R 7 0 R/L [null -3 0.5]>>"
        );
    }
}
