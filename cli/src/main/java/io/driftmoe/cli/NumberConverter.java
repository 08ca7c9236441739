// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers, and says in plain words what else was found. */
record NumberConverter<T extends Number>(String allowed, Function<String, T> parse)
    implements ITypeConverter<T> {

  /** Has the command read all its numbers this way. */
  static CommandLine register(CommandLine command) {
    NumberConverter<Integer> ints =
        new NumberConverter<>("a whole number below 2^31", Integer::valueOf);
    NumberConverter<Short> shorts =
        new NumberConverter<>("a whole number below 2^15", Short::valueOf);
    NumberConverter<Long> longs = new NumberConverter<>("a whole number below 2^63", Long::valueOf);
    NumberConverter<Double> doubles = new NumberConverter<>("a number", Double::valueOf);
    return command
        .registerConverter(short.class, shorts)
        .registerConverter(Short.class, shorts)
        .registerConverter(int.class, ints)
        .registerConverter(Integer.class, ints)
        .registerConverter(long.class, longs)
        .registerConverter(Long.class, longs)
        .registerConverter(double.class, doubles)
        .registerConverter(Double.class, doubles);
  }

  @Override
  public T convert(String text) {
    try {
      return parse.apply(text.strip());
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'%s' is not %s".formatted(text, allowed));
    }
  }
}
