// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts that settings choose by {@code type}: for each type of part the names of its kinds, and
 * for each name an instance whose values stand where the settings say nothing. Immutable.
 */
public final class KindTable {
  private final Map<Class<?>, Map<String, Record>> table = new LinkedHashMap<>();
  private final boolean classNames;

  /**
   * @param table for each type of part, in the order in which messages list them, its kinds by name
   */
  public KindTable(Map<Class<?>, Map<String, Record>> table) {
    this(table, false);
  }

  private KindTable(Map<Class<?>, Map<String, Record>> table, boolean classNames) {
    this.classNames = classNames;
    table.forEach(
        (type, kinds) ->
            this.table.put(type, Collections.unmodifiableMap(new LinkedHashMap<>(kinds))));
  }

  /**
   * Makes the same table, where kinds that it does not name have the name of their record's class:
   * what they are part of can be written, and compared with its like, but not be read.
   *
   * @return a new table; this one stays as it is
   */
  public KindTable withClassNames() {
    return new KindTable(table, true);
  }

  /** {@return all types whose parts are chosen by name, with their kinds} */
  public Map<Class<?>, Map<String, Record>> all() {
    return Collections.unmodifiableMap(table);
  }

  /**
   * All kinds of this type by name.
   *
   * @param type whose parts are chosen by name
   * @return name to kind with its defaults, in the order they were named
   * @throws IllegalArgumentException when the table does not have the type
   */
  public Map<String, Record> of(Class<?> type) {
    Map<String, Record> kinds = table.get(type);
    if (kinds == null) {
      throw new IllegalArgumentException("no kinds of " + type + " are named");
    }
    return kinds;
  }

  /** Whether parts of this type are chosen by name. */
  boolean choose(Class<?> type) {
    return table.containsKey(type);
  }

  /**
   * {@return the name of this part's kind}
   *
   * @param type whose parts are chosen by name
   * @param part one of them
   * @throws IllegalArgumentException when the table does not name it
   */
  public String nameOf(Class<?> type, Object part) {
    for (Map.Entry<String, Record> kind : of(type).entrySet()) {
      if (kind.getValue().getClass() == part.getClass()) {
        return kind.getKey();
      }
    }
    if (classNames && part instanceof Record) {
      return part.getClass().getName();
    }
    throw new IllegalArgumentException(part + " is of a kind that no configuration can name");
  }
}
