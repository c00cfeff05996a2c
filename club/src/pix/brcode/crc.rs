//! CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) over the bytes up to and with `6304`.

const FIELD: &str = "6304";

fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |sum, byte| {
        (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum: u16, _| {
            if sum & 0x8000 == 0 {
                sum << 1
            } else {
                (sum << 1) ^ 0x1021
            }
        })
    })
}

/// Whether the text ends in the field of its own checksum.
pub(super) fn holds(text: &str) -> bool {
    let Some(start) = text
        .len()
        .checked_sub(4)
        .filter(|start| text.is_char_boundary(*start))
    else {
        return false;
    };
    let (covered, stated) = text.split_at(start);
    covered.ends_with(FIELD)
        && stated.eq_ignore_ascii_case(&format!("{:04X}", checksum(covered.as_bytes())))
}

/// The text with its checksum.
pub(super) fn close(mut text: String) -> String {
    text.push_str(FIELD);
    let sum = checksum(text.as_bytes());
    text + &format!("{sum:04X}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_the_catalogued_one() {
        assert_eq!(super::checksum(b"123456789"), 0x29b1);
    }
}
