//! The pages of the report.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime as Stamp, Metadata};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::chart::{self, SIGNS};
use super::table::{self, Table};
use super::words::{Words, decimal, whole, words};
use crate::collection::Language;
use crate::index::Snapshot;
use crate::print::sheet::pen::{BLACK, GREY, Letters, NoFont, Pen, Weight};
use crate::supply::answers::{SupplyCount, SupplyPlaces, SupplySummary};
use crate::supply::settings::Measure;
use crate::supply::situation::Situation;
use crate::tiles::Cartography;

/// DIN A4, points.
const PAGE: [f32; 2] = [595.28, 841.89];
const MARGIN: f32 = 42.0;
const WIDTH: f32 = PAGE[0] - 2.0 * MARGIN;
/// Where the last line of a page may stand.
const BOTTOM: f32 = PAGE[1] - MARGIN - 20.0;
const TEXT: f32 = 9.5;

/// What a report is made from.
pub struct Report<'r> {
    pub summary: &'r SupplySummary,
    pub places: &'r SupplyPlaces,
    pub situation: &'r Situation,
    pub municipalities: Option<&'r Snapshot>,
    pub district: &'r str,
    pub language: Language,
    pub now: DateTime<Utc>,
    /// The same by the clocks of the district.
    pub on_the_wall: NaiveDateTime,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Font(#[from] NoFont),
    #[error("the pages cannot be written: {0}")]
    Write(String),
}

/// What stands on a page.
enum Content<'t> {
    Overview,
    /// Rows of a table, from this one on, below a heading with a note.
    Rows {
        table: &'t Table,
        from: usize,
        heading: &'static str,
        note: Option<String>,
    },
}

impl Report<'_> {
    /// The report as a PDF. Blocking work.
    ///
    /// # Errors
    /// See [`ReportError`].
    pub fn print(&self, cartography: &Cartography) -> Result<Vec<u8>, ReportError> {
        let letters = Letters::read(cartography)?;
        let words = words(self.language);
        let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
        let configuration = configuration.map_err(|error| ReportError::Write(format!("{error:?}")))?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        document.set_metadata(self.metadata(words));
        let municipalities = table::of_municipalities(self.summary, words, self.language, WIDTH);
        let places = table::of_places(self.places, words, self.language, WIDTH);
        let contents = self.contents(words, &municipalities, &places);
        let count = contents.len();
        for (nth, content) in contents.iter().enumerate() {
            let settings = PageSettings::from_wh(PAGE[0], PAGE[1]);
            let settings = settings.ok_or_else(|| ReportError::Write("no page".to_owned()))?;
            let mut page = document.start_page_with(settings);
            let mut pen = Pen { surface: page.surface(), letters: &letters };
            self.draw(&mut pen, words, content);
            self.foot(&mut pen, words, (nth + 1, count));
            drop(pen);
            page.finish();
        }
        document.finish().map_err(|error| ReportError::Write(format!("{error:?}")))
    }

    /// The overview, then the tables, over as many pages as they take.
    fn contents<'t>(&self, words: &'static Words, municipalities: &'t Table, places: &'t Table) -> Vec<Content<'t>> {
        let mut contents = vec![Content::Overview];
        let volume = decimal(self.places.tank_volume, self.language);
        let flow = decimal(self.places.tank_flow, self.language);
        let note = format!("{} {volume} m³ ({flow} m³/h).", words.tanks_note);
        for (table, heading, note) in [(municipalities, words.municipalities, None), (places, words.tanks, Some(note))]
        {
            let (each, mut from) = (Self::rows_of_a_page(), 0);
            loop {
                contents.push(Content::Rows { table, from, heading, note: note.clone() });
                from += each;
                if from >= table.rows.len() {
                    break;
                }
            }
        }
        contents
    }

    /// Rows that fit below a heading, a note and a head of three lines.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozen rows")]
    fn rows_of_a_page() -> usize {
        ((BOTTOM - MARGIN - 48.0 - 34.0) / table::ROW).floor() as usize
    }

    fn draw(&self, pen: &mut Pen<'_, '_>, words: &Words, content: &Content<'_>) {
        match content {
            Content::Overview => self.overview(pen, words),
            Content::Rows { table, from, heading, note } => {
                pen.text([MARGIN, MARGIN + 14.0], heading, Weight::Bold, 14.0, BLACK);
                let mut y = MARGIN + 30.0;
                if let Some(note) = note {
                    pen.text([MARGIN, y], note, Weight::Regular, 8.5, BLACK);
                    y += 12.0;
                }
                if table.rows.is_empty() {
                    pen.text([MARGIN, y + 14.0], words.no_tanks, Weight::Regular, TEXT, BLACK);
                    return;
                }
                let end = from + Self::rows_of_a_page();
                let height = 34.0 + table::ROW * (end - from) as f32;
                table.draw(pen, *from, [MARGIN, y], height.min(BOTTOM - y));
            }
        }
    }

    fn overview(&self, pen: &mut Pen<'_, '_>, words: &Words) {
        pen.text([MARGIN, MARGIN + 18.0], words.title, Weight::Bold, 20.0, BLACK);
        let district = pen.letters.printable(self.district);
        pen.text([MARGIN, MARGIN + 34.0], &district, Weight::Bold, 11.0, BLACK);
        let stand = format!("{} {}", words.as_of, self.on_the_wall.format("%d.%m.%Y %H:%M"));
        pen.text_to([PAGE[0] - MARGIN, MARGIN + 34.0], &stand, Weight::Bold, TEXT, BLACK);
        let mut y = MARGIN + 54.0;
        for line in self.terms(words) {
            for text in pen.letters.lines(&pen.letters.printable(&line), Weight::Regular, TEXT, WIDTH, 3) {
                pen.text([MARGIN, y], &text, Weight::Regular, TEXT, BLACK);
                y += 12.5;
            }
        }
        y += 10.0;
        pen.text([MARGIN, y], words.result, Weight::Bold, 12.0, BLACK);
        y += 8.0;
        y = self.totals(pen, words, y);
        for text in pen.letters.lines(words.note, Weight::Regular, 8.0, WIDTH, 3) {
            y += 10.0;
            pen.text([MARGIN, y], &text, Weight::Regular, 8.0, GREY);
        }
        y += 24.0;
        pen.text([MARGIN, y], words.map, Weight::Bold, 12.0, BLACK);
        pen.text_to([PAGE[0] - MARGIN, y], words.map_note, Weight::Regular, 8.0, GREY);
        let (top, legend) = (y + 8.0, BOTTOM - 8.0);
        chart::draw(pen, self.situation, self.municipalities, [MARGIN, top, WIDTH, legend - 16.0 - top]);
        self.legend(pen, words, legend);
    }

    /// By what is judged, line by line.
    fn terms(&self, words: &Words) -> Vec<String> {
        let settings = &self.summary.settings;
        let number = |number: f64| decimal(number, self.language);
        let way = if settings.measured_by == Measure::Hose { words.by_hose } else { words.by_line };
        let points = match settings.most_points {
            Some(most) => format!("{} {most}", words.points),
            None => words.any_points.to_owned(),
        };
        let (reach, least, hours) = (number(settings.reach), number(settings.least_flow), number(settings.hours));
        let mut lines = vec![
            format!("{}: {}", words.by, settings.source.in_language(self.language)),
            format!(
                "{} {reach} m {way}. {points}, {} {least} m³/h, {} {hours} h.",
                words.within, words.each, words.during
            ),
        ];
        lines.extend(settings.demands.iter().map(|demand| {
            format!("{} {} m³/h: {}", words.needs, number(demand.flow), demand.title.in_language(self.language))
        }));
        lines
    }

    /// Buildings and people by verdict; gives where the next line stands.
    fn totals(&self, pen: &mut Pen<'_, '_>, words: &Words, top: f32) -> f32 {
        let of = |it: SupplyCount| [it.supplied, it.too_little, it.none, it.unknown];
        let (buildings, people) = (of(self.summary.total.buildings), of(self.summary.total.people));
        let [first, second, third] = [MARGIN + 14.0, MARGIN + 200.0, MARGIN + 290.0];
        let mut y = top + 12.0;
        pen.text_to([second, y], words.buildings, Weight::Bold, TEXT, BLACK);
        pen.text_to([third, y], words.people, Weight::Bold, TEXT, BLACK);
        for (nth, verdict) in SIGNS.iter().enumerate() {
            y += 14.0;
            chart::sign(pen, *verdict, [MARGIN + 4.0, y - 3.0], 3.5);
            pen.text([first, y], words.verdicts[nth], Weight::Regular, TEXT, BLACK);
            pen.text_to([second, y], &whole(buildings[nth], self.language), Weight::Regular, TEXT, BLACK);
            pen.text_to([third, y], &whole(people[nth], self.language), Weight::Regular, TEXT, BLACK);
        }
        y += 14.0;
        let exempt = whole(self.summary.total.buildings.exempt, self.language);
        pen.text([first, y], words.not_judged, Weight::Regular, TEXT, GREY);
        pen.text_to([second, y], &exempt, Weight::Regular, TEXT, GREY);
        y + 6.0
    }

    fn legend(&self, pen: &mut Pen<'_, '_>, words: &Words, y: f32) {
        let mut left = MARGIN;
        for (verdict, word) in SIGNS.iter().zip(words.verdicts) {
            chart::sign(pen, *verdict, [left + 4.0, y - 3.0], 3.5);
            pen.text([left + 12.0, y], word, Weight::Regular, 8.5, BLACK);
            left += 12.0 + pen.letters.width(word, Weight::Regular, 8.5) + 16.0;
        }
    }

    fn foot(&self, pen: &mut Pen<'_, '_>, words: &Words, (nth, count): (usize, usize)) {
        let y = PAGE[1] - MARGIN;
        let day = self.on_the_wall.format("%d.%m.%Y %H:%M");
        let left = pen.letters.printable(&format!("{} · {} · {} {day}", words.title, self.district, words.as_of));
        let left = pen.letters.fitted(&left, Weight::Regular, 8.0, WIDTH - 80.0);
        pen.text([MARGIN, y], &left, Weight::Regular, 8.0, GREY);
        pen.text_to([PAGE[0] - MARGIN, y], &format!("{} {nth}/{count}", words.page), Weight::Regular, 8.0, GREY);
    }

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
        Metadata::new()
            .title(format!("{} – {}", words.title, self.district))
            .language(self.language.tag().to_owned())
            .creator("Geokontor".to_owned())
            .creation_date(stamp)
    }
}
