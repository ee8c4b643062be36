//! Where everything goes on the page.

use std::sync::atomic::AtomicBool;

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use fast_qr::{ECL, QRBuilder};
use krilla::action::LinkAction;
use krilla::annotation::{LinkAnnotation, Target};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Rect};
use krilla::metadata::{DateTime as Stamp, Metadata};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::badge;
use super::content::Water;
use super::map::{MapError, SheetMap};
use super::pen::{AMBER, BLACK, GREY, Letters, NoFont, Pen, Weight};
use super::photos;
use super::table::{self, Sizes};
use super::words::{Words, words};
use crate::collection::Language;
use crate::coordinate::format::{Language as Notation, decimal_degrees, degrees_minutes};
use crate::files::FirstPhoto;
use crate::print::Print;

/// DIN A4, points.
const PAGE: [f32; 2] = [595.28, 841.89];
/// White on every side: printers leave a centimetre out.
const MARGIN: f32 = 36.0;
const WIDTH: f32 = PAGE[0] - 2.0 * MARGIN;
const QR: f32 = 76.0;
const HEADER: f32 = 104.0;
const FOOTER: f32 = 52.0;
/// Size of the small print.
const SMALL: f32 = 8.0;
const SPACE: f32 = 8.0;
const MOST_MAP: f32 = 520.0;
/// Photos do not make the map smaller than that.
const LEAST_MAP: f32 = 230.0;

/// What a sheet is made from.
pub struct Sheet<'s> {
    pub water: &'s Water,
    /// Of the nearest sources, if there is room for them.
    pub photos: &'s [FirstPhoto],
    /// What has happened.
    pub text: Option<&'s str>,
    pub language: Language,
    /// Address of the live map.
    pub link: &'s str,
    pub now: DateTime<Utc>,
    /// The same by the clocks of the district.
    pub on_the_wall: NaiveDateTime,
}

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    #[error(transparent)]
    Font(#[from] NoFont),
    #[error(transparent)]
    Map(#[from] MapError),
    #[error("the page cannot be written: {0}")]
    Write(String),
}

impl Sheet<'_> {
    /// The sheet as a PDF. Blocking work.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub fn print(&self, print: &Print, cancelled: &AtomicBool) -> Result<Vec<u8>, SheetError> {
        let letters = Letters::read(&print.painter.studio.cartography)?;
        let words = words(self.language);
        let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
        let configuration = configuration.map_err(|error| SheetError::Write(format!("{error:?}")))?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        document.set_metadata(self.metadata(words));
        let settings = PageSettings::from_wh(PAGE[0], PAGE[1]);
        let mut page = document.start_page_with(settings.ok_or_else(|| SheetError::Write("no page".to_owned()))?);
        let room = [WIDTH, self.height_of_map()];
        let map = SheetMap::draw(print, self.water, (words, &letters), room, cancelled)?;
        self.fill(Pen { surface: page.surface(), letters: &letters }, &map, room, print);
        if let Some(rect) = Rect::from_xywh(PAGE[0] - MARGIN - QR, MARGIN, QR, QR) {
            let target = Target::Action(LinkAction::new(self.link.to_owned()).into());
            page.add_annotation(LinkAnnotation::new(rect, target).into());
        }
        page.finish();
        document.finish().map_err(|error| SheetError::Write(format!("{error:?}")))
    }

    /// What the table and the photos leave.
    fn height_of_map(&self) -> f32 {
        let room = self.beside_table();
        (room - if self.has_photos() { photos::ROW + SPACE } else { 0.0 }).min(MOST_MAP)
    }

    /// What the table leaves.
    fn beside_table(&self) -> f32 {
        let count = self.water.sources.len();
        let table = if count == 0 { 44.0 } else { table::HEAD + Sizes::of(count).row * count as f32 };
        PAGE[1] - 2.0 * MARGIN - HEADER - FOOTER - 2.0 * SPACE - table
    }

    fn has_photos(&self) -> bool {
        !self.photos.is_empty() && self.beside_table() - photos::ROW - SPACE >= LEAST_MAP
    }

    fn fill(&self, mut pen: Pen<'_, '_>, map: &SheetMap, [width, height]: [f32; 2], print: &Print) {
        let words = words(self.language);
        self.header(&mut pen, words, &print.district.name);
        let top = MARGIN + HEADER;
        map.lay(&mut pen, self.water, [MARGIN, top, width, height]);
        let mut below = top + height + SPACE;
        if self.has_photos() {
            photos::draw(&mut pen, self.photos, self.water, [MARGIN, below, WIDTH]);
            below += photos::ROW + SPACE;
        }
        if self.water.sources.is_empty() {
            self.nothing(&mut pen, words, below);
        } else {
            table::draw(&mut pen, self.water, words, &print.district.laying, [MARGIN, below]);
        }
        self.footer(&mut pen, words, print);
        pen.surface.finish();
    }

    #[expect(clippy::cast_possible_truncation, reason = "parts of a date are small")]
    fn metadata(&self, words: &Words) -> Metadata {
        let now = self.now;
        let stamp = Stamp::new(now.year().clamp(0, 9_999).unsigned_abs() as u16)
            .month(now.month() as u8)
            .day(now.day() as u8)
            .hour(now.hour() as u8)
            .minute(now.minute() as u8)
            .second(now.second() as u8)
            .utc_offset_hour(0)
            .utc_offset_minute(0);
        let language = if self.language == Language::De { "de" } else { "en" };
        let title = self.text.unwrap_or(words.untitled);
        Metadata::new()
            .title(title.to_owned())
            .language(language.to_owned())
            .creator("Geokontor".to_owned())
            .creation_date(stamp)
    }

    fn header(&self, pen: &mut Pen<'_, '_>, words: &Words, district: &str) {
        let room = WIDTH - QR - 14.0;
        let line = pen.letters.printable(&format!("{} · {district}", words.sheet));
        let line = pen.letters.fitted(&line, Weight::Bold, 8.5, room);
        pen.text([MARGIN, MARGIN + 8.0], &line, Weight::Bold, 8.5, GREY);
        let title = pen.letters.printable(self.text.unwrap_or(words.untitled));
        let large = pen.letters.width(&title, Weight::Bold, 19.0) <= room;
        let (size, most) = if large { (19.0, 1) } else { (13.0, 2) };
        let mut y = MARGIN + 11.0;
        for line in pen.letters.lines(&title, Weight::Bold, size, room, most) {
            y += size * 1.12;
            pen.text([MARGIN, y], &line, Weight::Bold, size, BLACK);
        }
        let at = &self.water.at;
        let notation = if self.language == Language::De { Notation::De } else { Notation::En };
        if let Some(address) = self.address(words) {
            let address = pen.letters.fitted(&pen.letters.printable(&address), Weight::Bold, 11.0, room);
            pen.text([MARGIN, MARGIN + 57.0], &address, Weight::Bold, 11.0, BLACK);
        }
        let place = at.position();
        let degrees = format!("{}   |   {}", decimal_degrees(place, notation), degrees_minutes(place, notation));
        let degrees = pen.letters.printable(&degrees);
        if let Some(unsure) = words.unsure(at.certainty, at.radius) {
            let unsure = pen.letters.fitted(&unsure, Weight::Bold, 11.0, room - 8.0);
            let width = pen.letters.width(&unsure, Weight::Bold, 11.0) + 8.0;
            pen.block([MARGIN, MARGIN + 61.5, width, 15.5], AMBER, 1.0);
            pen.text([MARGIN + 4.0, MARGIN + 73.0], &unsure, Weight::Bold, 11.0, BLACK);
            // To the hundred metres: a number to the metre would be gone to.
            let about = at.utmref.as_deref().map(to_hundred_metres).unwrap_or_default();
            pen.text([MARGIN, MARGIN + 86.0], &format!("UTMREF  {about}"), Weight::Regular, 9.0, BLACK);
        } else {
            if let Some(utmref) = &at.utmref {
                pen.text([MARGIN, MARGIN + 73.0], &format!("UTMREF  {utmref}"), Weight::Bold, 13.0, BLACK);
            }
            pen.text([MARGIN, MARGIN + 86.0], &degrees, Weight::Regular, 9.0, BLACK);
        }
        let made = self.on_the_wall.format("%d.%m.%Y %H:%M");
        let made = format!("{} {made}{}", words.made, words.hour);
        let outside = if self.water.is_outside { format!("   |   {}", words.outside) } else { String::new() };
        pen.text([MARGIN, MARGIN + 98.0], &format!("{made}{outside}"), Weight::Bold, 9.0, BLACK);
        self.code(pen, words);
    }

    /// What was understood, else what is near, else how far off the register begins.
    fn address(&self, words: &Words) -> Option<String> {
        let at = &self.water.at;
        let near = || at.near.as_ref().map(|address| format!("{} {}", words.near, address.words()));
        let way_in = || self.water.way_in().map(|way| words.way_in(way));
        at.matched.clone().or_else(near).or_else(way_in)
    }

    /// The address of the live map, for telephones.
    fn code(&self, pen: &mut Pen<'_, '_>, words: &Words) {
        // Too long for a code: a sheet without one is still a sheet.
        let Ok(code) = QRBuilder::new(self.link).ecl(ECL::M).build() else { return };
        let module = QR / code.size as f32;
        let (left, mut path) = (PAGE[0] - MARGIN - QR, PathBuilder::new());
        for row in 0..code.size {
            let mut column = 0;
            while column < code.size {
                let start = column;
                while column < code.size && code[row][column].value() {
                    column += 1;
                }
                let (x, y) = (left + start as f32 * module, MARGIN + row as f32 * module);
                if let Some(run) = Rect::from_xywh(x, y, (column - start) as f32 * module, module) {
                    path.push_rect(run);
                }
                column += 1;
            }
        }
        if let Some(path) = path.finish() {
            pen.fill(&path, BLACK, 1.0);
        }
        pen.text_at([left + QR / 2.0, MARGIN + QR + 9.0], words.open_map, Weight::Regular, SMALL, BLACK);
    }

    fn nothing(&self, pen: &mut Pen<'_, '_>, words: &Words, y: f32) {
        let none = format!("{} {}.", words.none, words.metres(self.water.radius));
        pen.text([MARGIN, y + 16.0], &none, Weight::Bold, 13.0, BLACK);
        pen.text([MARGIN, y + 32.0], words.none_hint, Weight::Regular, 9.0, BLACK);
    }

    fn footer(&self, pen: &mut Pen<'_, '_>, words: &Words, print: &Print) {
        let laying = &print.district.laying;
        let by = if self.water.road_network { words.by_road } else { words.straight_only };
        let bottom = PAGE[1] - MARGIN;
        if !self.water.sources.is_empty() {
            self.legend(pen, words, [MARGIN, bottom - 44.0]);
        }
        let text = format!("{by} {} {}", words.north, words.reckoned(laying.length, laying.reserve));
        let lines = pen.letters.lines(&pen.letters.printable(&text), Weight::Regular, SMALL, WIDTH, 3);
        for (nth, line) in lines.iter().enumerate() {
            pen.text([MARGIN, bottom - 29.0 + 9.2 * nth as f32], line, Weight::Regular, SMALL, GREY);
        }
        let data = format!("{} {}", words.data_of, self.on_the_wall.format("%d.%m.%Y %H:%M"));
        pen.text([MARGIN, bottom - 0.5], &data, Weight::Bold, SMALL, BLACK);
        let link: String = self.link.chars().take_while(|c| *c != '?').collect();
        let link = pen.letters.fitted(&pen.letters.printable(&link), Weight::Regular, SMALL, WIDTH / 2.0);
        pen.text_to([PAGE[0] - MARGIN, bottom - 0.5], &link, Weight::Regular, SMALL, GREY);
    }

    /// What the badges mean.
    fn legend(&self, pen: &mut Pen<'_, '_>, words: &Words, [x, y]: [f32; 2]) {
        pen.text([x, y + 3.0], words.legend, Weight::Bold, SMALL, BLACK);
        let mut left = x + pen.letters.width(words.legend, Weight::Bold, SMALL) + 12.0;
        for status in ["ready", "restricted", "unknown", "out_of_service"] {
            badge::draw(pen, status, None, [left, y]);
            let word = words.status(status);
            pen.text([left + 11.0, y + 3.0], word, Weight::Regular, SMALL, BLACK);
            left += 11.0 + pen.letters.width(word, Weight::Regular, SMALL) + 18.0;
        }
        pen.text([left - 6.0, y + 3.0], words.faded, Weight::Regular, SMALL, GREY);
    }
}

/// A UTMREF with three digits each: `32U PE 61055 67782` is `32U PE 610 677`.
fn to_hundred_metres(utmref: &str) -> String {
    let short = |part: &str| match part.len() {
        5 if part.bytes().all(|byte| byte.is_ascii_digit()) => part[..3].to_owned(),
        _ => part.to_owned(),
    };
    utmref.split(' ').map(short).collect::<Vec<_>>().join(" ")
}
