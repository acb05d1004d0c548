using Microsoft.AspNetCore.Http.HttpResults;
using Sida.Web.Access;
using Sida.Web.Models;

namespace Sida.Web.Api;

/// <summary>The installed models with all that is known of them.</summary>
internal static class ModelRoutes
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/models", List).WithTags("Models").WithSummary("The installed models: state, device, size, licence, warnings");

    private static Ok<IReadOnlyList<ModelView>> List(Caller caller, ModelHost models)
    {
        AccessService.Require(caller, Permissions.Read);
        return TypedResults.Ok(models.List());
    }
}
