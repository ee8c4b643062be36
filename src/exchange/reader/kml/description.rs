//! What the description of a placemark says: people and programs put whole tables of HTML there.

/// A description, taken apart.
#[derive(Debug, Default, PartialEq)]
pub struct Described {
    /// Label and value: of tables with two columns, of tables with a head, of lines such as `Bauart: Unterflur`.
    pub columns: Vec<(String, String)>,
    /// The text without marks; what tables say is not in it.
    pub text: String,
}

/// Rows of cells.
type Table = Vec<Vec<String>>;

/// Longer words before a colon are no label.
const LABEL: usize = 40;

/// Takes a description apart. Plain text stays as it is.
pub fn read(html: &str) -> Described {
    let mut described = Described::default();
    let (mut tables, mut rows, mut cells) = (Vec::<Table>::new(), Table::new(), Vec::new());
    let (mut cell, mut text) = (None::<String>, String::new());
    for piece in pieces(html) {
        match piece {
            Piece::Text(words) => cell.as_mut().unwrap_or(&mut text).push_str(&words),
            Piece::Tag(name) => match name.as_str() {
                "td" | "th" => cell = Some(String::new()),
                "/td" | "/th" => cells.extend(cell.take().map(|cell| tidy(&cell))),
                "tr" => {
                    // A table in a cell of another: the cell around it is no cell of values.
                    text.push_str(&cell.take().unwrap_or_default());
                    cells.clear();
                }
                "/tr" => rows.push(std::mem::take(&mut cells)),
                "table" | "/table" => tables.push(std::mem::take(&mut rows)),
                "br" | "br/" | "p" | "/p" | "div" | "/div" | "li" | "/li" | "h1" | "/h1" | "h2" | "/h2" | "h3"
                | "/h3" => {
                    cell.as_mut().unwrap_or(&mut text).push('\n');
                }
                _ => {}
            },
        }
    }
    tables.push(rows);
    tables.into_iter().for_each(|rows| take_table(rows, &mut described, &mut text));
    described.text = tidy(&text);
    let lines: Vec<(String, String)> = described.text.lines().filter_map(labelled).collect();
    // A single line with a colon is a sentence of somebody's.
    if lines.len() > 1 {
        described.columns.extend(lines);
    }
    described
}

/// The values of a table; what is no pair of label and value stays text.
fn take_table(rows: Table, described: &mut Described, text: &mut String) {
    let is_filled = |row: &Vec<String>| row.iter().any(|cell| !cell.is_empty());
    let rows: Table = rows.into_iter().filter(is_filled).collect();
    if let [head, values] = rows.as_slice()
        && head.len() > 2
        && head.len() == values.len()
    {
        described.columns.extend(head.iter().cloned().zip(values.iter().cloned()));
        return;
    }
    for row in rows {
        match <[String; 2]>::try_from(row) {
            Ok([label, value]) => described.columns.push((label.trim_end_matches(':').trim().to_owned(), value)),
            Err(row) => {
                text.push('\n');
                text.push_str(&row.join(" "));
            }
        }
    }
}

/// Label and value of a line.
fn labelled(line: &str) -> Option<(String, String)> {
    let (label, value) = line.split_once(':')?;
    let is_label = !label.trim().is_empty() && label.chars().count() <= LABEL && !value.starts_with("//");
    (is_label && !value.trim().is_empty()).then(|| (label.trim().to_owned(), value.trim().to_owned()))
}

enum Piece {
    Text(String),
    /// Its name in small letters, with `/` before or behind.
    Tag(String),
}

/// Text and tags one after the other. A `<` that begins no tag is text.
fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        pieces.push(Piece::Text(unescaped(before)));
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>').filter(|_| is_tag) {
            Some(end) => {
                let inner = &tag[1..end];
                let name = inner.split_whitespace().next().unwrap_or_default().to_lowercase();
                pieces.push(Piece::Tag(name));
                rest = &tag[end + 1..];
                // What is inside of these is no text.
                for hidden in ["style", "script"] {
                    if inner.to_lowercase().starts_with(hidden) {
                        rest = rest.to_lowercase().find(&format!("</{hidden}")).map_or("", |end| &rest[end..]);
                    }
                }
            }
            None => {
                pieces.push(Piece::Text("<".to_owned()));
                rest = &tag[1..];
            }
        }
    }
    pieces.push(Piece::Text(unescaped(rest)));
    pieces
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |plain| plain.replace('\u{a0}', " "))
}

/// Lines without blanks around them, none of them empty.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(label: &str, value: &str) -> (String, String) {
        (label.to_owned(), value.to_owned())
    }

    #[test]
    fn a_table_of_labels_and_values_becomes_columns_whatever_is_around_it() {
        let html = "<html><head><style>td { x }</style></head><body><b>NL-1</b><table border=\"1\"><tr><td>Bauart</td><td>Über&szlig;</td></tr>\
                    <tr><th>DN:</th><td>100 &lt; 150</td></tr><tr><td>leer</td><td></td></tr></table></body></html>";
        let expected = vec![pair("Bauart", "Überß"), pair("DN", "100 < 150"), pair("leer", "")];
        assert_eq!(read(html), Described { columns: expected, text: "NL-1".to_owned() });
        // ArcGIS puts the table into a cell of another.
        let nested =
            "<table><tr><td>Hydrant 7</td></tr><tr><td><table><tr><td>A</td><td>1</td></tr></table></td></tr></table>";
        assert_eq!(read(nested).columns, [pair("A", "1")]);
        let wide =
            "<table><tr><th>Nr</th><th>Art</th><th>DN</th></tr><tr><td>7</td><td>UFH</td><td>100</td></tr></table>";
        assert_eq!(read(wide).columns, [pair("Nr", "7"), pair("Art", "UFH"), pair("DN", "100")]);
    }

    #[test]
    fn lines_with_labels_become_columns_and_plain_text_stays_text() {
        let lines = read("Bauart: Unterflurhydrant<br>Nennweite: DN 100<br>");
        assert_eq!(lines.columns, [pair("Bauart", "Unterflurhydrant"), pair("Nennweite", "DN 100")]);
        assert_eq!(read("Achtung: Schlüssel beim Nachbarn").columns, []);
        assert_eq!(read("Druck < 2 bar & mehr").text, "Druck < 2 bar & mehr");
    }
}
