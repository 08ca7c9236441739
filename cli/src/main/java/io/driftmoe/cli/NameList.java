// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Names separated by commas; one that holds a comma stands in double quotes, as in a CSV file.
 *
 * @param names at least one
 */
record NameList(List<String> names) {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).get();

  static List<String> all(Collection<NameList> lists) {
    return lists.stream().flatMap(list -> list.names().stream()).distinct().toList();
  }

  static final class Converter implements ITypeConverter<NameList> {
    @Override
    public NameList convert(String text) {
      try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
        List<CSVRecord> records = parser.getRecords();
        if (records.size() == 1) {
          return new NameList(records.get(0).toList());
        }
      } catch (IOException | UncheckedIOException e) {
        throw new TypeConversionException(malformed(text));
      }
      throw new TypeConversionException(malformed(text));
    }

    private static String malformed(String text) {
      return "'%s' is no list of names: separate them by commas, and put a name that holds a comma"
              .formatted(text)
          + " in double quotes, as in '\"a,b\",c'";
    }
  }
}
