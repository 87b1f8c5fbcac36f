from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0017_captions'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='erased_words',
            field=models.CharField(blank=True, choices=[('nameless', 'their words, without their name'), ('nothing', 'nothing')], max_length=10, null=True, verbose_name='what approved minutes keep of people who have their data erased'),
        ),
        migrations.AddField(
            model_name='recording',
            name='sound_erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='recording',
            name='words_erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='track',
            name='erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='consent',
            name='way',
            field=models.CharField(choices=[('screen', 'Screen'), ('keyboard', 'Keyboard'), ('invitation', 'Invitation'), ('page', 'Page'), ('import', 'Import'), ('erasure', 'Erasure')], default='screen', max_length=10),
        ),
    ]
