// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the rows of an ARFF file hold, in all of its columns. */
final class ArffProfile {
  private final Path file;
  private final List<ArffColumnProfile> columns = new ArrayList<>();
  private final ArffColumnProfile label;
  private long rows;

  ArffProfile(Path file, List<ArffAttribute> attributes, ColumnChoice choice) {
    this.file = file;
    Set<Integer> features = new HashSet<>(choice.features());
    for (int i = 0; i < attributes.size(); i++) {
      CsvColumn.Role role =
          i == choice.label()
              ? CsvColumn.Role.CLASS
              : features.contains(i) ? CsvColumn.Role.FEATURE : CsvColumn.Role.IGNORED;
      columns.add(new ArffColumnProfile(file, attributes.get(i), i, role));
    }
    this.label = columns.get(choice.label());
  }

  /** Takes in the next rows, at most so many. */
  void observe(ArffRows source, long most) throws IOException {
    @Nullable String @Nullable [] row = source.next();
    while (row != null && rows < most) {
      rows++;
      for (ArffColumnProfile column : columns) {
        column.observe(row, source);
      }
      row = rows < most ? source.next() : null;
    }
  }

  FileDescription description(Charset charset, List<String> warnings) {
    List<ColumnDescription> described = new ArrayList<>();
    List<String> order = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    List<String> doubts = new ArrayList<>(warnings);
    for (ArffColumnProfile column : columns) {
      described.add(column.description());
      column.order().ifPresent(order::add);
      column.fault().ifPresent(faults::add);
      doubts.addAll(column.doubts());
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("format", "ARFF, which declares its columns");
    facts.put("encoding", charset.name());
    return new FileDescription(
        file.toString(),
        rows,
        facts,
        described,
        label.name(),
        label.classCounts(),
        order,
        doubts,
        faults);
  }
}
