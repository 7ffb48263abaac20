"""What papers and answers were in before they became rows of their own."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exams", "0004_papers_to_items")]

    operations = [
        migrations.RemoveConstraint(
            model_name='answer',
            name='one_answer_per_item',
        ),
        migrations.RemoveField(
            model_name='sitting',
            name='answer_key',
        ),
        migrations.RemoveField(
            model_name='sitting',
            name='paper',
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(('released_at__isnull', True), ('marked_at__isnull', False), _connector='OR'), name='only_marked_sittings_are_released'),
        ),
        migrations.RemoveField(
            model_name='answer',
            name='sitting',
        ),
        migrations.DeleteModel(
            name='Answer',
        ),
    ]
