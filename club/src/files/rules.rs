//! What a file is.

use super::Content;

/// How far from the end of a PDF its last marker may stand, in bytes.
const PDF_TAIL: usize = 1024;

/// What these bytes are, by their content; `None` for everything that is not taken.
pub fn recognise(bytes: &[u8]) -> Option<Content> {
    let begins_with = |signature: &[u8]| bytes.starts_with(signature);
    if begins_with(b"\xff\xd8\xff") {
        Some(Content::Jpeg)
    } else if begins_with(b"\x89PNG\r\n\x1a\n") {
        Some(Content::Png)
    } else if begins_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Content::Webp)
    } else if begins_with(b"%PDF-") && ends_like_a_pdf(bytes) {
        Some(Content::Pdf)
    } else {
        None
    }
}

fn ends_like_a_pdf(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(PDF_TAIL)..];
    tail.windows(5).any(|marker| marker == b"%%EOF")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_four_kinds() {
        for (bytes, content) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Content::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Content::Png),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Content::Webp),
            (b"%PDF-1.7\n1 0 obj\n%%EOF\n", Content::Pdf),
        ] {
            assert_eq!(recognise(bytes), Some(content));
        }
    }

    #[test]
    fn takes_nothing_else() {
        for bytes in [
            &b""[..],
            b"RIFF",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"GIF89a",
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"<html>%PDF-1.7 %%EOF",
            b"%PDF-1.7 that never ends",
            b"MZ\x90\0",
        ] {
            assert_eq!(recognise(bytes), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_harm(bytes: Vec<u8>) {
            let _ = recognise(&bytes);
        }
    }
}
