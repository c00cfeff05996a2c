//! What stands where on the page of a receipt.

use super::{
    Receipt,
    sheet::{About, Sheet, Style, WIDTH},
};
use crate::pix::qr;
use kernel::{Colour, Locale, Result};
use tenancy::secrets::sha256;

const MARGIN: u16 = 56;
/// Where the values of rows begin.
const VALUES: u16 = 190;
/// The QR code's side, its white edge included, and where the words beside it begin.
const CODE: u16 = 168;
const BESIDE_CODE: u16 = 236;
/// How wide lines may be: of a value, and beside the code.
const VALUE_WIDTH: u16 = WIDTH - MARGIN - VALUES;
const PROOF_WIDTH: u16 = WIDTH - MARGIN - BESIDE_CODE;

const INK: Colour = Colour::rgb(0x16, 0x1b, 0x22);
const MUTED: Colour = Colour::rgb(0x5b, 0x64, 0x70);
const LINE: Colour = Colour::rgb(0xe1, 0xe5, 0xea);

const KEY: Style = Style::regular(9, INK);

/// What is on a page besides the keys.
pub(super) struct Page {
    pub(super) locale: Locale,
    /// The name in the head, and the colour above it.
    pub(super) club: String,
    pub(super) colour: Colour,
    pub(super) title: &'static str,
    pub(super) kind: &'static str,
    pub(super) amount: Option<String>,
    pub(super) rows: Vec<(&'static str, String)>,
    pub(super) proof: Proof,
}

/// The words of the part that proves the rest.
pub(super) struct Proof {
    pub(super) heading: &'static str,
    pub(super) explanation: &'static str,
    pub(super) public_key: &'static str,
    pub(super) signature: &'static str,
}

impl Page {
    /// The PDF.
    pub(super) fn draw(&self, receipt: &Receipt) -> Result<Vec<u8>> {
        let mut sheet = Sheet::new()?;
        let below = self.head_and_rows(&mut sheet);
        self.proof(&mut sheet, below, receipt)?;
        sheet.finish(About {
            title: &format!("{}: {}", self.title, self.kind),
            author: &receipt.facts.company_name,
            language: self.locale.tag(),
            made: receipt.facts.happened_at,
            id: sha256(receipt.signature.as_bytes())[..16].to_vec(),
        })
    }

    /// Draws what the receipt says, and returns where the next part may begin.
    fn head_and_rows(&self, sheet: &mut Sheet) -> u16 {
        sheet.block(self.colour, (0, 0), (WIDTH, 10));
        sheet.write(Style::bold(15, INK), (MARGIN, 62), &self.club);
        sheet.write(Style::regular(11, MUTED), (MARGIN, 82), self.title);
        sheet.write(Style::regular(12, INK), (MARGIN, 128), self.kind);
        let amount = self.amount.as_deref().unwrap_or_default();
        sheet.write(Style::bold(30, INK), (MARGIN, 162), amount);
        let mut y = 192;
        for (label, value) in &self.rows {
            sheet.block(LINE, (MARGIN, y), (WIDTH - 2 * MARGIN, 1));
            sheet.write(Style::regular(9, MUTED), (MARGIN, y + 17), label);
            let style = Style::regular(10, INK);
            for line in sheet.wrap(style, value, VALUE_WIDTH) {
                sheet.write(style, (VALUES, y + 17), &line);
                y += 14;
            }
            y += 12;
        }
        sheet.block(LINE, (MARGIN, y), (WIDTH - 2 * MARGIN, 1));
        y + 30
    }

    fn proof(&self, sheet: &mut Sheet, top: u16, receipt: &Receipt) -> Result<()> {
        // Its white edge stands in the margin, so that its black stands below the rows.
        sheet.code(&qr::modules(&receipt.payload())?, (MARGIN - 6, top), CODE)?;
        let proof = &self.proof;
        let mut y = top + 17;
        sheet.write(Style::bold(11, INK), (BESIDE_CODE, y), proof.heading);
        y += 18;
        let style = Style::regular(9, MUTED);
        for line in sheet.wrap(style, proof.explanation, PROOF_WIDTH) {
            sheet.write(style, (BESIDE_CODE, y), &line);
            y += 13;
        }
        for (label, value) in [
            (proof.public_key, &receipt.public_key),
            (proof.signature, &receipt.signature),
        ] {
            y += 10;
            sheet.write(Style::regular(8, MUTED), (BESIDE_CODE, y), label);
            for line in key_lines(sheet, value) {
                y += 12;
                sheet.write(KEY, (BESIDE_CODE, y), &line);
            }
            y += 10;
        }
        Ok(())
    }
}

/// A key or a signature, as it stands beside the code.
pub(super) fn key_lines(sheet: &Sheet, key: &str) -> Vec<String> {
    sheet.wrap(KEY, key, PROOF_WIDTH)
}
