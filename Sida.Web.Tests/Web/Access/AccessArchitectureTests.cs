using System.Reflection;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Tests.Web.Access;

/// <summary>There is one way to the data, and it goes through <see cref="AccessService"/>.</summary>
public sealed class AccessArchitectureTests
{
    private static readonly Type[] Types = typeof(AccessService).Assembly.GetTypes();

    [Fact]
    public void Only_the_access_service_and_the_databases_own_room_open_connections()
    {
        string[] users = [.. Types.Where(type => type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(DatabaseConnection)))).Select(type => type.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["AccessService", "DatabaseHealth", "DatabaseStart"], users);
    }

    [Fact]
    public void Every_row_but_the_owner_itself_has_an_owner_or_a_project()
    {
        IEnumerable<Type> rows = typeof(SidaDb).GetProperties().Where(property => property.PropertyType.IsGenericType).Select(property => property.PropertyType.GetGenericArguments()[0]);
        Assert.All(rows, row => Assert.True(row == typeof(Owner) || row.IsAssignableTo(typeof(IOwned)) || row.IsAssignableTo(typeof(IProjectRow)), $"{row.Name} has neither an owner nor a project."));
    }

    [Fact]
    public void Components_reach_data_only_through_services_that_take_the_caller()
    {
        IEnumerable<PropertyInfo> injected = Types.Where(type => type.IsAssignableTo(typeof(Microsoft.AspNetCore.Components.ComponentBase)))
            .SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(property => property.GetCustomAttribute<Microsoft.AspNetCore.Components.InjectAttribute>() is not null);
        Assert.DoesNotContain(injected, property => property.PropertyType == typeof(AccessService) || property.PropertyType == typeof(DatabaseConnection));
    }
}
