"""Forms drawn with the product's own components."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws `{{ form }}` as an error summary and its fields, each by components/field.html."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
