//! The datums on which Gauss-Krüger coordinates stand in Germany.

/// What the ellipsoid of a Gauss-Krüger coordinate is fixed to. The same figures on the other are some 600 m away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Datum {
    /// Deutsches Hauptdreiecksnetz, on Bessel's ellipsoid: the west, and utilities everywhere.
    Dhdn,
    /// Pulkovo 1942(83), on Krassovsky's ellipsoid, called 42/83: the east.
    Pulkovo83,
}

impl Datum {
    /// The datum of an EPSG code of Gauss-Krüger in three-degree zones, in either order of its axes.
    pub fn of(epsg: u32) -> Option<Self> {
        match epsg {
            31_466..=31_469 | 5_676..=5_679 => Some(Self::Dhdn),
            2_397..=2_399 | 5_673..=5_675 => Some(Self::Pulkovo83),
            _ => None,
        }
    }

    /// The EPSG code of a zone, which stands before its eastings; `None` where the datum has no such zone.
    pub fn epsg(self, zone: u8) -> Option<u32> {
        match (self, zone) {
            (Self::Dhdn, 2..=5) => Some(31_464 + u32::from(zone)),
            (Self::Pulkovo83, 3..=5) => Some(2_394 + u32::from(zone)),
            _ => None,
        }
    }

    /// The zone of such a code.
    pub fn zone(epsg: u32) -> Option<u8> {
        let first = match epsg {
            31_466..=31_469 => 31_464,
            5_676..=5_679 => 5_674,
            2_397..=2_399 => 2_394,
            5_673..=5_675 => 5_670,
            _ => return None,
        };
        Some((epsg - first) as u8)
    }
}
