using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Components;

namespace Sida.Web.Components.Shared;

/// <summary>How much of a time is shown.</summary>
internal enum MomentForm
{
    /// <summary>The time of the day.</summary>
    Time,

    /// <summary>The day, with its year.</summary>
    Day,

    /// <summary>Day and time.</summary>
    Short,

    /// <summary>Day, year and time.</summary>
    Full,
}

/// <summary>Times as the reader's clock has them: only the browser knows its zone (local-time.js). Until its script runs they are in UTC, and say so.</summary>
internal static class Moment
{
    public static MarkupString Of(DateTimeOffset time, MomentForm form) => (MarkupString)Element(time, form);

    /// <summary>A sentence with times in it, and other values, in place of {0}, {1} ...</summary>
    public static MarkupString In(string sentence, MomentForm form, params object?[] values) => (MarkupString)string.Format(
        CultureInfo.CurrentCulture,
        WebUtility.HtmlEncode(sentence),
        [.. values.Select(value => value is DateTimeOffset time ? Element(time, form) : WebUtility.HtmlEncode(Convert.ToString(value, CultureInfo.CurrentCulture)))]);

    private static string Element(DateTimeOffset time, MomentForm form)
    {
        DateTimeOffset utc = time.ToUniversalTime();
        string words = utc.ToString(
            form switch
            {
                MomentForm.Time => "HH:mm 'UTC'",
                MomentForm.Day => "d MMM yyyy",
                MomentForm.Short => "d MMM, HH:mm 'UTC'",
                _ => "d MMM yyyy, HH:mm 'UTC'",
            },
            CultureInfo.CurrentCulture);
        return $"<local-time datetime=\"{utc.ToString("O", CultureInfo.InvariantCulture)}\" data-form=\"{form}\">{WebUtility.HtmlEncode(words)}</local-time>";
    }
}
