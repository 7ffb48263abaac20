from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('kb', '0004_what_is_live_was_signed'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='controlledpage',
            name='approved_by',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='approved_on',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='effective_on',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='prepared_by',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='prepared_on',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='review_by',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='reviewed_by',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='reviewed_on',
        ),
        migrations.RemoveField(
            model_name='controlledpage',
            name='version',
        ),
    ]
