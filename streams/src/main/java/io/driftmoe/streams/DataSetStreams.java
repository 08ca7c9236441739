// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Public data sets, read from the data folder in their own order. */
final class DataSetStreams {
  private DataSetStreams() {}

  /** Electricity, Covertype and Airlines, the three of the paper. */
  static List<CataloguedStream> ofThePaper() {
    return List.of(
        dataSet(
            new StreamDescription(
                "elec",
                8,
                2,
                "45,312 half-hours of the electricity market of New South Wales 1996-98; class:"
                    + " price up or down",
                "elecNormNew (Harries 1999), as distributed with MOA",
                List.of("electricity.arff")),
            "class"),
        dataSet(
            new StreamDescription(
                "covtype",
                54,
                7,
                "581,012 forest cells of 30 m by 30 m; class: kind of cover",
                "Covertype (Blackard and Dean 1999), UCI repository; normalised by MOA's authors",
                List.of(
                    "covtypeNorm.arff",
                    "covtypeNorm.arff.gz",
                    "covtype.arff",
                    "covtype.arff.gz",
                    "covtype.csv",
                    "covtype.csv.gz")),
            "last"),
        dataSet(
            new StreamDescription(
                "airlines",
                7,
                2,
                "539,383 US flights; class: late or not",
                "Airlines (Ikonomovska), from the Data Expo 2009, as distributed with MOA",
                List.of("airlines.arff", "airlines.arff.gz", "airlines.csv", "airlines.csv.gz")),
            "last"));
  }

  static List<CataloguedStream> others() {
    return List.of(
        dataSet(
            new StreamDescription(
                "weather",
                8,
                2,
                "18,159 days of weather at Offutt Air Force Base 1949-99; class: rain or not",
                "US National Oceanic and Atmospheric Administration (Elwell and Polikar 2011)",
                List.of("noaa_weather.arff")),
            "class"),
        dataSet(
            new StreamDescription(
                "covtype_50",
                54,
                7,
                "11,318 rows, every 50th of Covertype's naturally ordered part; class: kind of"
                    + " cover",
                "Covertype (Blackard and Dean 1999), UCI repository",
                List.of("covtype_every50th_ordered.csv")),
            "last"),
        dataSet(
            new StreamDescription(
                "outdoor",
                21,
                40,
                "4,000 pictures of garden objects in the order seen; class: which object",
                "Outdoor objects (Losing, Hammer and Wersing 2015)",
                List.of("outdoor.csv")),
            "last"),
        dataSet(
            new StreamDescription(
                "powersupply",
                2,
                24,
                "29,928 hours of an Italian power supply 1995-98; class: hour of the day",
                "Stream Data Mining Repository (Zhu 2010)",
                List.of("powersupply.arff")),
            "class"),
        dataSet(
            new StreamDescription(
                "kddcup99",
                41,
                23,
                "494,021 network connections; class: normal or which attack; very unequal, in"
                    + " bursts",
                "KDD Cup 1999, the 10 % excerpt, UCI repository",
                List.of("kddcup99_10percent.csv.gz"),
                ConnectionSources.COUNT),
            stream -> new ConnectionSources(stream.schema()),
            "last"),
        dataSet(
            new StreamDescription(
                    "flights",
                    5,
                    2,
                    "3,000,000 US flights of January to July 2001 by scheduled departure; class: 15"
                        + " minutes late or more",
                    "US Bureau of Transportation Statistics; columns delay and scheduled left out",
                    List.of("flights-2001-h1.csv.gz"),
                    FlightSources.COUNT)
                .timed("scheduled", new LabelTime.Landing("distance", "delay")),
            stream -> new FlightSources(stream.schema()),
            "late",
            "delay",
            "scheduled"));
  }

  /** Streams that have a group, seasons, or labels with times of their own. */
  static List<CataloguedStream> withGroups() {
    return List.of(
        dataSet(
            new StreamDescription(
                    "melbourne_pedestrians",
                    6,
                    5,
                    "78,735 counts of pedestrians at 7 places of Melbourne, hourly from January"
                        + " 2016 to April 2017; class: fifth of the count",
                    "City of Melbourne, pedestrian counting system",
                    List.of("melbourne_pedestrians.csv.gz"))
                .grouped("sensor")
                .timed("time", new LabelTime.After(Duration.ofHours(1))),
            "band",
            "time"),
        dataSet(
            new StreamDescription(
                    "five_cities_pm25",
                    12,
                    4,
                    "167,358 hours of weather in 5 cities of China 2010-15; class: level of fine"
                        + " dust",
                    "PM2.5 data of five Chinese cities (Liang et al. 2016), UCI repository",
                    List.of("five_cities_pm25.csv.gz"))
                .grouped("city")
                .timed("time", new LabelTime.After(Duration.ZERO)),
            "pm25_level",
            "time"),
        dataSet(
            new StreamDescription(
                    "toulouse_bikes",
                    10,
                    3,
                    "181,769 states of 5 bike stations of Toulouse, April to October 2016; class:"
                        + " fewer, as many or more bikes in 30 minutes",
                    "Stations of Toulouse, as distributed with River",
                    List.of("toulouse_bikes.csv.gz"))
                .grouped("station")
                .timed("time", new LabelTime.InColumn("label_known")),
            "bikes_in_30_minutes",
            "time",
            "label_known"),
        hotelBookings("hotel_bookings", 23, ""),
        hotelBookings(
            "hotel_bookings_narrow",
            20,
            ", columns agent, company and country left out",
            "agent",
            "company",
            "country"),
        dataSet(
            new StreamDescription(
                    "aus_weather",
                    22,
                    2,
                    "142,193 days of weather at 49 places of Australia 2007-17; class: rain on the"
                        + " next day",
                    "Commonwealth of Australia, Bureau of Meteorology",
                    List.of("aus_weather.csv.gz"))
                .grouped("Location")
                .timed("date", new LabelTime.After(Duration.ofDays(1))),
            "rain_tomorrow",
            "date"),
        dataSet(
            new StreamDescription(
                "insects_gradual_balanced",
                33,
                6,
                "24,150 insects that flew through a light trap while it grew warmer; class: species"
                    + " and sex",
                "USP DS repository (Souza et al. 2020)",
                List.of("insects_gradual_balanced.csv.gz")),
            "class"));
  }

  private static CataloguedStream hotelBookings(
      String name, int attributes, String leftOut, String... columns) {
    List<String> ignore = new ArrayList<>(List.of("booked", "label_known"));
    ignore.addAll(List.of(columns));
    return dataSet(
        new StreamDescription(
                name,
                attributes,
                2,
                "119,390 bookings of two hotels of Portugal 2013-17 by day of booking; class:"
                    + " cancelled or not",
                "Hotel booking demand (Antonio et al. 2019)" + leftOut,
                List.of("hotel_bookings.csv.gz"))
            .grouped("hotel")
            .timed("booked", new LabelTime.InColumn("label_known")),
        "canceled",
        ignore.toArray(String[]::new));
  }

  private static CataloguedStream dataSet(
      StreamDescription description, String classColumn, String... ignore) {
    return dataSet(description, null, classColumn, ignore);
  }

  private static CataloguedStream dataSet(
      StreamDescription description,
      EventSources.@Nullable Finder finder,
      String classColumn,
      String... ignore) {
    return new CataloguedStream(
        description, new FileOpener(description, classColumn, Set.of(ignore)), finder);
  }

  private record FileOpener(StreamDescription description, String classColumn, Set<String> ignore)
      implements CataloguedStream.Opener {
    @Override
    public LabeledStream open(String name, long events, long seed) throws IOException {
      return DataSetStreams.open(description, file(), classColumn, ignore, events);
    }

    @Override
    public LabeledStream openWithTimes(String name, long events, long seed) throws IOException {
      return new NamedStream(
          name,
          DataFiles.openWithTimes(
              file(),
              classColumn,
              ignore,
              description.times().orElseThrow(),
              FileReading.GUESSED,
              events));
    }

    private Path file() throws IOException {
      return DataFolder.firstOf(description.files());
    }
  }

  static LabeledStream open(
      StreamDescription description, Path file, String classColumn, Set<String> ignore, long events)
      throws IOException {
    return new NamedStream(description.name(), DataFiles.open(file, classColumn, ignore, events));
  }
}
