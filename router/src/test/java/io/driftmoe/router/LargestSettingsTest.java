// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No whole number that a configuration can name is without an upper bound, except the seed. */
final class LargestSettingsTest {

  static List<Arguments> wholeNumbers() throws ReflectiveOperationException {
    List<Arguments> found = new ArrayList<>();
    for (Map.Entry<Class<?>, Map<String, Record>> type : Kinds.TABLE.all().entrySet()) {
      for (Map.Entry<String, Record> kind : type.getValue().entrySet()) {
        add(kind.getKey(), kind.getValue(), found);
      }
    }
    add("mixture", MixtureConfig.of(Preset.ADAPTIVE, 1), found);
    return found;
  }

  private static void add(String path, Record part, List<Arguments> found)
      throws ReflectiveOperationException {
    for (RecordComponent component : part.getClass().getRecordComponents()) {
      String key = path + "." + component.getName();
      Object value = value(part, component);
      if (value instanceof Record inner) {
        add(key, inner, found);
      } else if (isWhole(component) && !component.getName().equals("seed")) {
        found.add(Arguments.of(key, part, component));
      }
    }
  }

  private static boolean isWhole(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType list) {
      return list.getActualTypeArguments()[0] == Integer.class;
    }
    return component.getType() == int.class || component.getType() == long.class;
  }

  private static Object value(Record part, RecordComponent component)
      throws ReflectiveOperationException {
    component.getAccessor().setAccessible(true);
    return component.getAccessor().invoke(part);
  }

  @Test
  void allAreFound() throws ReflectiveOperationException {
    assertThat(wholeNumbers())
        .extracting(arguments -> arguments.get()[0])
        .contains(
            "forest.members",
            "regime-library.specialist.network.hidden",
            "nearest-neighbours.windows",
            "hoeffding-tree.maxBytes",
            "windows.lifecycle.window",
            "mlp-nll.network.batchSize",
            "mixture.evaluationWindow")
        .hasSizeGreaterThan(50);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wholeNumbers")
  void theLargestNumber_isRefusedByName(String key, Record part, RecordComponent component) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(part, component))
        .withMessageContaining(component.getName());
  }

  /** The record with the largest number in this place. */
  private static Object with(Record part, RecordComponent changed) throws Throwable {
    RecordComponent[] components = part.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          components[i].getName().equals(changed.getName())
              ? largest(changed)
              : value(part, components[i]);
    }
    Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<?> constructor = part.getClass().getDeclaredConstructor(types);
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object largest(RecordComponent component) {
    if (component.getType() == long.class) {
      return Long.MAX_VALUE;
    }
    return component.getType() == int.class
        ? (Object) Integer.MAX_VALUE
        : Arrays.asList(Integer.MAX_VALUE);
  }
}
