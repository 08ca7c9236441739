// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The live page: {@link PageModel} turns records of a job's topics into what is shown, {@link
 * PageServer} serves it to browsers. Neither knows Kafka.
 */
@NullMarked
package io.driftmoe.page;

import org.jspecify.annotations.NullMarked;
