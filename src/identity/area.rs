//! Where somebody may write: municipalities, or an outline of one's own.

use geo::{BoundingRect, Contains};
use geo_types::{Coord, MultiPolygon, Rect};

/// A place as rights see it: a point of the district's plane, and the municipality it lies in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spot {
    /// Eight digits; `None` outside of every municipality.
    pub municipality: Option<String>,
    pub at: Option<Coord>,
}

impl Spot {
    /// A municipality without a point in it.
    pub fn municipality(key: &str) -> Self {
        Self { municipality: Some(key.to_owned()), at: None }
    }
}

/// Municipalities whose keys begin with one of these, and what lies within an outline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Area {
    municipalities: Vec<String>,
    outline: Option<(Rect<f64>, MultiPolygon<f64>)>,
}

impl Area {
    /// An area of municipality keys, or their first digits, and an outline in the district's plane.
    pub fn new(municipalities: Vec<String>, outline: Option<MultiPolygon<f64>>) -> Self {
        let outline = outline.and_then(|outline| Some((outline.bounding_rect()?, outline)));
        Self { municipalities, outline }
    }

    /// True for what lies in it. What lies in no municipality is in an outline or nowhere.
    pub fn covers(&self, spot: &Spot) -> bool {
        let in_municipality = |key: &String| self.municipalities.iter().any(|prefix| key.starts_with(prefix.as_str()));
        let in_outline = |at: Coord| {
            // The box first: it is asked for every row of an import.
            self.outline.as_ref().is_some_and(|(bounds, outline)| {
                let (min, max) = (bounds.min(), bounds.max());
                (min.x..=max.x).contains(&at.x) && (min.y..=max.y).contains(&at.y) && outline.contains(&at)
            })
        };
        spot.municipality.as_ref().is_some_and(in_municipality) || spot.at.is_some_and(in_outline)
    }

    /// True if all of another area lies in it: its municipalities in ours, its outline in ours. Which outlines lie in which
    /// municipalities is not known here, so such an area is not held.
    pub fn holds(&self, other: &Self) -> bool {
        let has = |key: &String| self.municipalities.iter().any(|prefix| key.starts_with(prefix.as_str()));
        let outline = match (&self.outline, &other.outline) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some((_, own)), Some((_, other))) => own.contains(other),
        };
        other.municipalities.iter().all(has) && outline
    }

    /// Municipality keys, or their first digits.
    pub fn municipalities(&self) -> &[String] {
        &self.municipalities
    }

    /// Has it an outline beside municipalities?
    pub fn has_outline(&self) -> bool {
        self.outline.is_some()
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{coord, polygon};

    use super::*;

    #[test]
    fn what_lies_in_a_municipality_or_in_the_outline_is_covered_and_nothing_else() {
        let outline = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 0.0, y: 10.0)];
        let area = Area::new(vec!["1307401".to_owned()], Some(MultiPolygon(vec![outline])));
        let at = |x: f64, y: f64| Spot { municipality: None, at: Some(coord! { x: x, y: y }) };
        assert!(area.covers(&Spot::municipality("13074012")) && !area.covers(&Spot::municipality("13074020")));
        assert!(area.covers(&at(2.0, 2.0)) && !area.covers(&at(9.0, 9.0)) && !area.covers(&at(20.0, 1.0)));
        assert!(!area.covers(&Spot::default()) && !Area::default().covers(&at(0.0, 0.0)));
    }

    #[test]
    fn an_area_holds_what_lies_wholly_in_it() {
        let square = |size: f64| {
            let ring = polygon![(x: 0.0, y: 0.0), (x: size, y: 0.0), (x: size, y: size), (x: 0.0, y: size)];
            Some(MultiPolygon(vec![ring]))
        };
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let amt = Area::new(keys(&["13074012", "1307405"]), square(10.0));
        assert!(amt.holds(&Area::new(keys(&["13074051"]), square(5.0))) && amt.holds(&amt));
        assert!(!amt.holds(&Area::new(keys(&["13074012", "13074060"]), None)), "one municipality lies elsewhere");
        assert!(!amt.holds(&Area::new(keys(&["130740"]), None)), "more municipalities than its own");
        assert!(!amt.holds(&Area::new(Vec::new(), square(11.0))));
        assert!(!Area::new(keys(&["13074012"]), None).holds(&amt));
    }
}
