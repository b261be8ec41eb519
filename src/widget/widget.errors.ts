import { defineErrors } from '../common/errors/app-error.js';

export const WidgetErrors = defineErrors({
  WIDGET_FILE_NOT_FOUND: { status: 404, title: 'No such file of the widget' },
});
