/** anywidget gives a widget two seconds to begin. Here Python works on the same processor: it gets twenty. */

const timeout = AbortSignal.timeout;
AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, 10 * milliseconds);
